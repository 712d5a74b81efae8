import { Title } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { texts } from '../texts.ts';

/** The heading of a page or step. It takes the focus when it appears, so that reading and tabbing go on from there. */
export function PageTitle({ text }: { text: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${text} · ${texts.product}`;
    heading.current?.focus();
  }, [text]);
  return (
    <Title order={1} ref={heading} tabIndex={-1} size="h2">
      {text}
    </Title>
  );
}
