// Within judging: which of several causes leads an incident.

/** The item that is there most often; among equals `preferred`, else the first; `preferred` of none at all. */
export function mostFrequent<T>(items: readonly T[], preferred: T): T {
  let leader = preferred;
  let most = 0;
  for (const [item, { length }] of Map.groupBy(items, (each) => each)) {
    if (length > most || (length === most && item === preferred)) {
      leader = item;
      most = length;
    }
  }
  return leader;
}
