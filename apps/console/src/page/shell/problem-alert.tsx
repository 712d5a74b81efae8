import { Alert, Button, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Problem } from '../api/problem.ts';
import { signIn } from '../sign-in/session.ts';
import { texts } from '../texts.ts';

interface Shown {
  readonly error: Error;
  /** Offers to do it again. */
  readonly onRetry?: () => void;
  readonly offersSignIn?: boolean;
  /** Other ways on. */
  readonly children?: ReactNode;
}

/** A refusal: what happened, and what to do. */
export function ProblemAlert({ error, onRetry, offersSignIn = false, children }: Shown) {
  const { code, title, detail, remedy, traceId } = told(error);
  const mustSignIn = offersSignIn || code === 'signed_out';
  return (
    <Alert color="red" variant="outline" role="alert" title={title} my="md">
      <Text size="sm">{detail}</Text>
      {remedy !== undefined && <Text size="sm">{remedy}</Text>}
      {traceId !== undefined && (
        <Text size="xs" c="dimmed">
          {texts.trace(traceId)}
        </Text>
      )}
      <Group mt="sm" gap="sm">
        {mustSignIn && <Button onClick={() => void signIn()}>{texts.signIn}</Button>}
        {onRetry && !mustSignIn && (
          <Button variant="default" onClick={onRetry}>
            {texts.tryAgain}
          </Button>
        )}
        {children}
      </Group>
    </Alert>
  );
}

/** The catalogue's words where it has some, else those of the API. */
function told(error: Error) {
  const problem = error instanceof Problem ? error : new Problem({ detail: error.message });
  const { code, message, remedy, traceId } = problem;
  const known = texts.problems[code];
  return {
    ...{ code, traceId, title: known?.title ?? texts.problemTitle },
    ...{ detail: known?.detail ?? message, remedy: known?.remedy ?? remedy },
  };
}
