// The third step of judging: applications of one provider that begin to fail alike share an incident.

import { MINUTE_MS } from '../config/watched.ts';
import type { Incident } from '../state/incident.ts';
import { subjectKey } from '../state/watch-state.ts';
import type { Place } from './choose-incidents.ts';
import { incidentOf, type Scene } from './scene.ts';

/** From how many applications of one provider on failing alike is one incident. */
export const FOLD_FROM = 3;

type AffectedPlace = Extract<Place, { readonly kind: 'affected' }>;

interface Newcomer {
  readonly name: string;
  readonly provider: string;
  readonly everyMinutes: number;
  readonly place: AffectedPlace;
}

/**
 * Gives newly failing applications of one provider with one cause the provider's incident.
 *
 * Checks are spread over `everyMinutes`, so incidents and newcomers of that span count together.
 */
export function foldAlike(
  places: ReadonlyMap<string, Place>,
  scene: Scene,
): ReadonlyMap<string, Place> {
  const folded = new Map(places);
  const newcomers = scene.config.applications.flatMap((application): readonly Newcomer[] => {
    const place = places.get(application.name);
    return place?.kind === 'affected' &&
      isNewOwnIncident(place, incidentOf(scene, application.name))
      ? [{ ...application, place }]
      : [];
  });
  const groups = Map.groupBy(
    newcomers,
    ({ provider, place }) => `${provider} ${place.cause} ${place.hasNoData}`,
  );
  for (const group of groups.values()) {
    for (const { name, provider, place } of group.filter((each) => isFolded(each, group, scene))) {
      folded.set(name, { ...place, subject: { kind: 'provider', name: provider } });
    }
  }
  return folded;
}

function isNewOwnIncident({ subject }: AffectedPlace, current: Incident | undefined): boolean {
  if (subject.kind !== 'application') return false;
  return current === undefined || subjectKey(current.subject) !== subjectKey(subject);
}

function isFolded(newcomer: Newcomer, group: readonly Newcomer[], scene: Scene): boolean {
  const { provider, everyMinutes, place } = newcomer;
  const alike = Object.values(scene.incidents).filter(
    (incident) =>
      incident.closedAtMs === null &&
      incident.provider === provider &&
      incident.cause === place.cause &&
      incident.hasNoData === place.hasNoData &&
      incident.openedAtMs >= scene.nowMs - everyMinutes * MINUTE_MS,
  );
  if (alike.some(({ subject }) => subject.kind === 'provider')) return true;
  const singles = alike.filter(({ subject }) => subject.kind === 'application');
  return group.length + singles.length >= FOLD_FROM;
}
