import type { Application } from '../core/config/application.ts';
import { didYouMean } from '../core/config/nearest-names.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { cut } from './commander-problem.ts';
import { UsageError } from './usage-error.ts';

/** Most names that are listed where none is near to the one that was given. */
const MAX_NAMES_SHOWN = 8;

/**
 * The configured applications of the names that `--app` was given, in the order of the names.
 *
 * Throws a {@link UsageError} with a line for each unknown name: the nearest ones, else what there is.
 */
export function applicationsNamed(
  given: readonly string[],
  { applications }: WatchConfig,
): readonly Application[] {
  const names = applications.map(({ name }) => name);
  const unknown = given.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new UsageError(...unknown.map((name) => unknownName(name, names)));
  return given.flatMap((wanted) => applications.find(({ name }) => name === wanted) ?? []);
}

/** The one of a name. */
export function applicationNamed(given: string, config: WatchConfig): Application {
  const [application] = applicationsNamed([given], config);
  if (application === undefined) throw new TypeError('a known name has its application');
  return application;
}

function unknownName(given: string, names: readonly string[]): string {
  const hint = didYouMean(given, names) || `; it has ${listOf(names)}`;
  return `--app was given \`${cut(given)}\`, which the configuration does not have${hint}`;
}

function listOf(names: readonly string[]): string {
  const more = names.length - MAX_NAMES_SHOWN;
  const shown = names.slice(0, MAX_NAMES_SHOWN).join(', ') || 'none';
  return more > 0 ? `${shown} and ${more} more` : shown;
}
