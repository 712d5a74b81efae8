import type { KeyRole } from '@latchkey/contracts';
import { Button, Checkbox, Group, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { texts } from '../texts.ts';

const roles = Object.entries(texts.key.roles) as readonly [KeyRole, string][];
export const allRoles: readonly KeyRole[] = roles.map(([role]) => role);

interface Visibility {
  readonly initial: readonly KeyRole[];
  readonly submitText: string;
  readonly isWorking: boolean;
  readonly onSubmit: (roles: KeyRole[]) => void;
  /** Other ways on, beside the button. */
  readonly children?: ReactNode;
}

/** Which roles see the digital key. */
export function VisibilityForm({ initial, submitText, isWorking, onSubmit, children }: Visibility) {
  const [chosen, setChosen] = useState<readonly string[]>(initial);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit(allRoles.filter((role) => chosen.includes(role)));
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Checkbox.Group label={texts.key.legend} description={texts.key.hint} value={[...chosen]} onChange={setChosen}>
          <Stack gap="xs" mt="sm">
            {roles.map(([role, name]) => (
              <Checkbox key={role} value={role} label={name} />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group>
          <Button type="submit" loading={isWorking}>
            {submitText}
          </Button>
          {children}
        </Group>
      </Stack>
    </form>
  );
}
