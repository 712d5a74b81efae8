import type { ConnectionBody } from '@latchkey/contracts';
import { Badge } from '@mantine/core';
import { texts } from '../texts.ts';

/** The state of a location's connection; `undefined`: there never was one. */
export function ConnectionBadge({ status }: { status: ConnectionBody['status'] | undefined }) {
  return (
    <Badge color={colorOf(status)} variant="dot" tt="none" size="lg">
      {status === undefined ? texts.locations.notConnected : texts.status[status]}
    </Badge>
  );
}

function colorOf(status: ConnectionBody['status'] | undefined): string {
  if (status === 'connected') return 'green';
  if (status === undefined || status === 'disconnected' || status === 'disconnecting') return 'gray';
  return 'red';
}
