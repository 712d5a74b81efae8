import type { ConnectionBody, ConsentBody, LocationBody, OfferedSite } from '@latchkey/contracts';
import { Button, Checkbox, Radio, Stack } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { texts } from '../texts.ts';
import { type Confirmation, confirmationsFor, isChoosable } from './site-rules.ts';

/** A site, with what was confirmed about it. */
export interface ChosenSite {
  readonly site: OfferedSite;
  readonly confirmations: readonly Confirmation[];
}

interface Offer {
  readonly consent: ConsentBody;
  readonly location: LocationBody;
  readonly connection: ConnectionBody | null;
  /** What was chosen before, when somebody comes back. */
  readonly chosen: ChosenSite | undefined;
  readonly onChoose: (choice: ChosenSite) => void;
}

/** The sites of the account, one of which is chosen; what that means is confirmed where it means something. */
export function SiteForm({ consent, location, connection, chosen, onChoose }: Offer) {
  const choosable = consent.sites.filter(isChoosable);
  const only = choosable.length === 1 ? choosable[0] : undefined;
  const [siteId, setSiteId] = useState(chosen?.site.id ?? only?.id ?? null);
  const [confirmed, setConfirmed] = useState<readonly Confirmation[]>(chosen?.confirmations ?? []);
  const [isAsked, setAsked] = useState(false);
  const site = choosable.find(({ id }) => id === siteId);
  const asked = site === undefined ? [] : confirmationsFor(site, connection);
  const missing = asked.filter((confirmation) => !confirmed.includes(confirmation));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (site !== undefined && missing.length === 0) onChoose({ site, confirmations: asked });
  };
  const choose = (id: string) => {
    setSiteId(id);
    setConfirmed([]); // what was confirmed was about another site
    setAsked(false);
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack>
        <Radio.Group
          label={texts.site.legend}
          description={texts.site.onlyAdministered}
          value={siteId}
          onChange={choose}
          error={isAsked && site === undefined && texts.site.chooseFirst}
        >
          <Stack gap="sm" mt="sm">
            {consent.sites.map((offered) => (
              <SiteRadio key={offered.id} site={offered} timeZone={location.timeZone} />
            ))}
          </Stack>
        </Radio.Group>
        {asked.map((confirmation) => (
          <Checkbox
            key={confirmation}
            label={confirmation === 'share_site' ? texts.site.share : texts.site.change}
            checked={confirmed.includes(confirmation)}
            error={isAsked && missing.includes(confirmation) && texts.site.confirmFirst}
            onChange={({ currentTarget: { checked } }) =>
              setConfirmed(checked ? [...confirmed, confirmation] : confirmed.filter((one) => one !== confirmation))
            }
          />
        ))}
        <div>
          <Button type="submit">{texts.site.next}</Button>
        </div>
      </Stack>
    </form>
  );
}

function SiteRadio({ site, timeZone }: { site: OfferedSite; timeZone: string }) {
  const zone = site.timeZone === null ? undefined : zoneText(site.timeZone, timeZone);
  const facts = [zone, texts.site.use[site.use], site.isSubscriptionValid ? undefined : texts.site.invalid];
  return (
    <Radio
      value={site.id}
      label={site.name}
      description={facts.filter((fact) => fact !== undefined).join(' · ')}
      disabled={!isChoosable(site)}
    />
  );
}

function zoneText(ofSite: string, ofLocation: string): string {
  return ofSite === ofLocation ? texts.site.zone(ofSite) : texts.site.zoneDiffers(ofSite);
}
