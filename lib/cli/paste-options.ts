import { InvalidArgumentError } from 'commander';
import type { HttpReply } from '../core/http/http-exchange.ts';

/** Parses `--status`. */
export function statusOption(given: string): number {
  if (!/^[1-5]\d\d$/.test(given)) {
    throw new InvalidArgumentError('must be a status of HTTP, such as 401');
  }
  return Number(given);
}

/** Collects `--header 'Name: value'`; names are in lower case. RFC 9110 section 5.1. */
export function headerOption(
  given: string,
  before: HttpReply['headers'] = {},
): HttpReply['headers'] {
  const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/s.exec(given) ?? [];
  if (name === '') {
    throw new InvalidArgumentError("must be a name, a colon and a value: 'Retry-After: 30'");
  }
  const key = name.toLowerCase();
  return { ...before, [key]: [...(before[key] ?? []), value.trim()] };
}
