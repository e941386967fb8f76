// The table of faults of AWS: each call of a deployed run, failing in each way.
import { AwsRefusal, type FakeAws } from '../support/fake-aws.ts';

/** The calls that a deployed run makes. */
export const AWS_CALLS = [
  'BatchGetSecretValue',
  'GetSecretValue',
  'GetParameters',
  'PutItem',
  'Query',
  'TransactWriteItems',
  'PutMetricData',
  'Invoke',
] as const;

/** A call that a deployed run makes. */
export type AwsOperation = (typeof AWS_CALLS)[number];

const refuse =
  (code: string, status = 400) =>
  () => {
    throw new AwsRefusal(code, { status });
  };

/** What a call comes to: it is set on the account, and `restore` takes it back. */
export const AWS_FAULTS: Readonly<Record<string, (aws: FakeAws, operation: AwsOperation) => void>> =
  {
    'is denied': (aws, operation) => aws.answer(operation, refuse('AccessDeniedException')),
    'is denied with 403': (aws, operation) =>
      aws.answer(operation, refuse('AccessDeniedException', 403)),
    'is throttled once': (aws, operation) => {
      const usual = aws.answerOf(operation);
      let isFirst = true;
      aws.answer(operation, (input, call) => {
        if (!isFirst) return usual(input, call);
        isFirst = false;
        throw new AwsRefusal('ThrottlingException');
      });
    },
    'is always throttled': (aws, operation) => aws.answer(operation, refuse('ThrottlingException')),
    'fails with 500': (aws, operation) => aws.answer(operation, refuse('InternalFailure', 500)),
    'fails with 503': (aws, operation) => aws.answer(operation, refuse('ServiceUnavailable', 503)),
    'has expired credentials': (aws, operation) =>
      aws.answer(operation, refuse('ExpiredTokenException', 403)),
    'is reset': (aws, operation) => aws.breakOff(operation),
    'gets a reply that is no JSON': (aws, operation) =>
      aws.answer(operation, () => '<html>captive portal</html>'),
    'gets JSON of another shape': (aws, operation) => aws.answer(operation, () => '[7,null]'),
    'gets no reply': (aws, operation) => aws.answer(operation, () => null),
  };
