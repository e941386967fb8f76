// A pasted reply goes the way of any reply: the provider's reading, the evidence, the one diagnosis.

import { readApiAnswer } from '../call/api-call.ts';
import type { Finding } from '../causes/finding.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { RefusalBasis } from '../evidence/readings.ts';
import type { HttpReply, TransportFailure } from '../http/http-exchange.ts';
import type { Provider } from '../provider/provider.ts';
import { providerOf } from '../provider/registry.ts';
import type { Cleaner } from '../text/redact.ts';
import { readTokenReply } from '../token/token-reply.ts';
import { PASTED_CALL, pastedApplication, pastedProvider } from './pasted-subject.ts';

/** Who answered: the provider's token endpoint, or an API that was called with a token. */
export type AnswerFrom = 'token' | 'call';

/** In which way a reply is read. */
export interface WayToRead {
  readonly from: AnswerFrom;
  readonly type: Provider['type'];
}

/** What a reply comes to when it is read in one way. */
export interface JudgedReply extends WayToRead {
  readonly diagnosis: Diagnosis;
  readonly findings: readonly Finding[];
  /** What the reading rests on. */
  readonly basis: RefusalBasis;
}

/** Judges a reply as that of a token endpoint or of an API; null where it tells of no failure. */
export function judgeReply(reply: HttpReply, way: WayToRead, clean: Cleaner): JudgedReply | null {
  if (way.from === 'call') {
    if (reply.status < 400) return null;
    const call = readApiAnswer(reply, PASTED_CALL, clean);
    return judged({ call }, { way, basis: call.reading.basis, clean });
  }
  const { seen } = readTokenReply(reply, { provider: providerOf(way.type), clean });
  const basis = seen.kind === 'refused' ? seen.reading.basis : 'explicit-words';
  return judged({ tokenReply: seen }, { way, basis, clean });
}

/** Judges a request that got no answer. */
export function judgeNoAnswer(
  failure: TransportFailure,
  way: WayToRead,
  clean: Cleaner,
): JudgedReply | null {
  const seen = way.from === 'call' ? { call: failure } : { tokenReply: failure };
  return judged(seen, { way, basis: 'explicit-words', clean });
}

function judged(
  seen: Partial<Evidence>,
  {
    way,
    basis,
    clean,
  }: { readonly way: WayToRead; readonly basis: RefusalBasis; readonly clean: Cleaner },
): JudgedReply | null {
  const evidence: Evidence = { ...nothingSeen(), ...seen };
  const context = {
    provider: providerOf(way.type),
    config: pastedProvider(way.type),
    clean,
    isPasted: true,
  };
  const { diagnosis, findings } = diagnose(evidence, context);
  return diagnosis === null ? null : { ...way, basis, diagnosis, findings };
}

function nothingSeen(): Evidence {
  const skipped = { kind: 'skipped' } as const;
  return {
    application: pastedApplication(),
    checkedAtMs: 0,
    clockAheadSeconds: null,
    credentials: skipped,
    discovery: skipped,
    tokenReply: skipped,
    verification: skipped,
    call: skipped,
    fault: null,
  };
}
