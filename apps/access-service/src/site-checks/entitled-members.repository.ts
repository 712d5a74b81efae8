import type { EntitledMembers } from '@latchkey/contracts';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

interface Row {
  member_id: string;
  until: Date | null;
}

/** Reads whom the newest plans want in a group, as the check of the site does: also those who are held out of it. */
@Injectable()
export class EntitledMembersRepository {
  constructor(private readonly dataSource: DataSource) {}

  async list(siteId: string, groupId: string, memberIds: readonly string[]): Promise<EntitledMembers['items']> {
    const rows: Row[] = await this.dataSource.query(
      `SELECT member_id, to_timestamp((wanted.group_of ->> 'until')::float8 / 1000) AS until
       FROM pair LEFT JOIN LATERAL (
         SELECT group_of FROM jsonb_array_elements(desired) AS group_of WHERE group_of ->> 'id' = $2) AS wanted ON true
       WHERE site_id = $1 AND member_id = ANY($3::uuid[]) AND (wanted.group_of IS NOT NULL OR held ? $2)
       ORDER BY member_id`,
      [siteId, groupId, memberIds],
    );
    return rows.map(({ member_id: memberId, until }) => ({ memberId, until: until?.toISOString() ?? null }));
  }
}
