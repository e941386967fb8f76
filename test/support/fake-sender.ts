import type { HttpSender } from '../../lib/check/ports.ts';
import type {
  HttpOutcome,
  HttpReply,
  HttpRequest,
  RequestPurpose,
} from '../../lib/core/http/http-exchange.ts';

type Answer = HttpOutcome | ((request: HttpRequest) => HttpOutcome | Promise<HttpOutcome>);

/** A sender that answers each purpose from its own list; the last answer of a list is repeated. */
export function fakeSender(
  answers: Partial<Record<RequestPurpose, readonly Answer[]>>,
): HttpSender & { readonly sent: HttpRequest[]; count(purpose: RequestPurpose): number } {
  const sent: HttpRequest[] = [];
  const count = (purpose: RequestPurpose) =>
    sent.filter((request) => request.purpose === purpose).length;
  return {
    sent,
    count,
    send: async (request) => {
      const list = answers[request.purpose] ?? [];
      const answer = list[Math.min(count(request.purpose), list.length - 1)];
      sent.push(request);
      if (answer === undefined) throw new Error(`no answer is set for ${request.purpose}`);
      return typeof answer === 'function' ? answer(request) : answer;
    },
    close: async () => {},
  };
}

/** A reply with a JSON body, or with text as it is. */
export function reply(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, readonly string[]>> = {},
): HttpReply {
  return {
    kind: 'reply',
    status,
    headers: { 'content-type': ['application/json'], ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    bodyProblem: null,
    durationMs: 1,
  };
}
