// The closed lists of words that reports, state, metrics and notices share, each listed once.

/** What a check can say of an application, in the order in which they are listed for people. */
export const CHECK_STATUSES = ['healthy', 'degraded', 'unhealthy', 'undetermined'] as const;

/** The status of an application after a check. */
export type CheckStatus = (typeof CHECK_STATUSES)[number];

/** The steps of a check, in the order in which they run. */
export const STEPS = [
  'credentials',
  'discovery',
  'token-request',
  'keys',
  'verification',
  'claims',
  'call',
] as const;

/** A step of a check. */
export type Step = (typeof STEPS)[number];

/** How confident a diagnosis can be, from most to least. */
export const CONFIDENCES = ['certain', 'likely', 'possible'] as const;

/** Certain: an experiment, or words with one reading. Likely: the best of several readings. Possible: a code or status alone. */
export type Confidence = (typeof CONFIDENCES)[number];

/** What each confidence means, for people. */
export const CONFIDENCE_MEANINGS = {
  certain: 'no other explanation fits',
  likely: 'the best of several explanations',
  possible: 'based only on the error code or status',
} as const satisfies Record<Confidence, string>;

/** How serious an incident can be: an error makes an application unhealthy, a warning degraded. */
export const INCIDENT_SEVERITIES = ['error', 'warning'] as const;

/** How serious a finding can be; an information leaves an application healthy. */
export const SEVERITIES = [...INCIDENT_SEVERITIES, 'information'] as const;

/** The severity of a finding. */
export type Severity = (typeof SEVERITIES)[number];
