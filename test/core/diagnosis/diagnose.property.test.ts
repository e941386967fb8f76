import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeDefinition } from '../../../lib/core/causes/causes.ts';
import { diagnose } from '../../../lib/core/diagnosis/diagnose.ts';
import { context } from '../../support/evidence.ts';
import { anyEvidence, nearlyHealthyEvidence } from '../../support/evidence-arbitraries.ts';

describe('diagnose', () => {
  it('is total and deterministic', () => {
    fc.assert(
      fc.property(anyEvidence, (seen) => {
        const once = diagnose(seen, context());

        expect(diagnose(structuredClone(seen), context())).toEqual(once);
        expect(JSON.parse(JSON.stringify(once))).toEqual(once);
      }),
    );
  });

  it('calls healthy exactly what has no finding', () => {
    fc.assert(
      fc.property(anyEvidence, (seen) => {
        const { status, diagnosis, findings } = diagnose(seen, context());

        expect(status === 'healthy').toBe(findings.length === 0);
        expect(diagnosis === null).toBe(findings.length === 0);
      }),
    );
  });

  it('calls healthy only what was granted, verified and, if configured, used', () => {
    fc.assert(
      fc.property(nearlyHealthyEvidence, (seen) => {
        const { status } = diagnose(seen, context());
        fc.pre(status === 'healthy' || status === 'degraded');

        expect(seen.fault).toBeNull();
        expect(seen.credentials.kind).toBe('read');
        expect(seen.tokenReply.kind).toBe('granted');
        expect(['verified', 'opaque', 'unreadable']).toContain(seen.verification.kind);
        expect(['answered', 'transport-failure']).toContain(seen.call.kind);
      }),
    );
  });

  it('leads with one of the findings, and derives the status from it', () => {
    fc.assert(
      fc.property(anyEvidence, (seen) => {
        const { status, diagnosis, findings } = diagnose(seen, context());
        fc.pre(diagnosis !== null);

        const leading = findings.find(({ cause }) => cause === diagnosis?.cause);
        const hasError = findings.some(({ severity }) => severity === 'error');
        const { family } = causeDefinition(diagnosis?.cause ?? 'monitor-fault');
        const isOurs = family === 'provider' || family === 'monitor';
        expect(leading).toBeDefined();
        expect(status).toBe(!hasError ? 'degraded' : isOurs ? 'undetermined' : 'unhealthy');
      }),
    );
  });

  it('never lets the claims of a token that is not verified lead', () => {
    fc.assert(
      fc.property(anyEvidence, (seen) => {
        // Of an opaque token no claim is read: what leads then is what the reply says.
        fc.pre(!['verified', 'opaque', 'unreadable'].includes(seen.verification.kind));

        expect(diagnose(seen, context()).diagnosis?.family).not.toBe('claims');
      }),
    );
  });
});
