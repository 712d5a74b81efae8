import { Group, Loader, Text } from '@mantine/core';
import { useEffect } from 'react';
import { announce } from './announce.ts';

/** Something takes a moment: what, in words. */
export function Working({ text }: { text: string }) {
  useEffect(() => announce(text), [text]);
  return (
    <Group gap="sm" py="md" wrap="nowrap">
      <Loader size="sm" aria-hidden />
      <Text>{text}</Text>
    </Group>
  );
}
