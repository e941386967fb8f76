// The third step of judging: applications of a provider that fail in the same way share an incident.

import type { Application } from '../config/application.ts';
import { isAbout } from '../state/watch-state.ts';
import { MINUTE_MS } from '../text/duration-text.ts';
import { findIncident, type Moment, type Place } from './choose-incidents.ts';

/** This many applications of one provider that fail in the same way are one incident. */
const GROUP_FROM = 3;

type AffectedPlace = Extract<Place, { readonly kind: 'affected' }>;

interface Newcomer {
  readonly application: Application;
  readonly place: AffectedPlace;
}

/**
 * Moves newly failing applications of one provider with the same cause to the provider's incident.
 *
 * Checks are spread over `everyMinutes`, so incidents opened within that time count too.
 */
export function groupSimilarFailures(
  places: ReadonlyMap<string, Place>,
  moment: Moment,
): ReadonlyMap<string, Place> {
  const newcomers = moment.config.applications.flatMap((application): readonly Newcomer[] => {
    const place = places.get(application.name);
    const current = findIncident(moment, application.name);
    if (place?.kind !== 'affected' || place.subject.kind !== 'application') return [];
    return isAbout(current, place.subject) ? [] : [{ application, place }];
  });
  const groups = Map.groupBy(
    newcomers,
    ({ application, place }) => `${application.provider} ${place.cause} ${place.hasNoData}`,
  );
  const grouped = new Map(places);
  for (const group of groups.values()) {
    for (const newcomer of group) {
      const { application, place } = newcomer;
      if (!belongsToGroup(newcomer, group.length, moment)) continue;
      const subject = { kind: 'provider', name: application.provider } as const;
      grouped.set(application.name, { ...place, subject });
    }
  }
  return grouped;
}

function belongsToGroup(
  { application, place }: Newcomer,
  newcomers: number,
  { incidents, nowMs }: Moment,
): boolean {
  const similar = Object.values(incidents).filter(
    (incident) =>
      incident.closedAtMs === null &&
      incident.provider === application.provider &&
      incident.cause === place.cause &&
      incident.hasNoData === place.hasNoData &&
      incident.openedAtMs >= nowMs - application.everyMinutes * MINUTE_MS,
  );
  if (similar.some(({ subject }) => subject.kind === 'provider')) return true;
  const singles = similar.filter(({ subject }) => subject.kind === 'application');
  return newcomers + singles.length >= GROUP_FROM;
}
