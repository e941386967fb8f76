import { InvalidArgumentError } from 'commander';
import { didYouMean } from '../core/config/nearest-names.ts';

/** Parses an option that takes one of a few words; any other is answered with the nearest. */
export function oneOf<Word extends string>(words: readonly Word[]): (given: string) => Word {
  return (given) => {
    const word = words.find((known) => known === given);
    if (word !== undefined) return word;
    const last = words.at(-1);
    const list = `${words.slice(0, -1).join(', ')} or ${last}`;
    throw new InvalidArgumentError(`must be ${list}${didYouMean(given, words)}`);
  };
}

/** Collects the values of an option that may be given more than once. */
export function collect(given: string, before: readonly string[] = []): readonly string[] {
  return [...before, given];
}
