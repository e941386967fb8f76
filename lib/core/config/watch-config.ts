// The configuration: its schema, and its parsed form that every entry of the program starts from.

import * as z from 'zod';
import { type Application, applicationSchema } from './application.ts';
import type { ReadonlyDeep } from './fields.ts';
import {
  distinctList,
  filledList,
  httpsUrl,
  name,
  optional,
  text,
  textLike,
  wholeNumber,
} from './fields.ts';
import { cronProblem, isTimeZone } from './maintenance.ts';
import { type ChannelConfigs, NOTICE_CHANNELS, type NoticeChannelRow } from './notice-channels.ts';
import { DEFAULT_TICK_MINUTES, type ProviderConfig, providerSchema } from './provider-config.ts';
import { secretValueSource } from './secret-source.ts';

const emails = () =>
  distinctList(textLike(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address')).default([]);

const consecutive = () => wholeNumber({ atLeast: 1, atMost: 100 }).default(1);

const maintenanceWindow = z.strictObject({
  applications: filledList(
    z.union([z.literal('*'), name()], { error: "must be the name of an application, or '*'" }),
  )
    .describe("Names of applications; `'*'` for all.")
    .meta({ example: ['*'] }),
  cron: text()
    .superRefine((value, context) => {
      const message = cronProblem(value);
      if (message !== null) context.addIssue({ code: 'custom', message });
    })
    .describe('When it begins: minute, hour, day of the month, month, day of the week.')
    .meta({ example: '0 2 * * SUN' }),
  timeZone: text()
    .refine(isTimeZone, { error: 'must be a time zone, for example Europe/Berlin' })
    .default('UTC')
    .describe('The time zone of `cron`, from the IANA database.')
    .meta({ example: 'Europe/Berlin' }),
  durationMinutes: wholeNumber({ atLeast: 1, atMost: 10_080 })
    .describe('How long it lasts.')
    .meta({ example: 60 }),
});

function channelSchema({ keys, description }: NoticeChannelRow): z.ZodType {
  if (keys === null) {
    return emails()
      .describe(description)
      .meta({ example: ['oncall@acme.com'] });
  }
  const schemas = Object.entries(keys).map(([key, spec]) => [
    key,
    spec.kind === 'secret'
      ? secretValueSource.describe(spec.description)
      : httpsUrl().describe(spec.description).meta({ example: spec.example }),
  ]);
  return optional(z.strictObject(Object.fromEntries(schemas))).describe(description);
}

const channels = Object.fromEntries(
  Object.values(NOTICE_CHANNELS).map((row) => [row.key, channelSchema(row)]),
) as { readonly [Key in keyof ChannelConfigs]: z.ZodDefault<z.ZodType<ChannelConfigs[Key]>> };

const notify = z.strictObject({
  ...channels,
  remindAfterHours: distinctList(wholeNumber({ atLeast: 1, atMost: 8760 }))
    .default([4, 24])
    .describe('Hours after which there is a reminder of an open incident; an empty list for none.')
    .meta({ example: [4, 24] }),
});

/** The whole configuration as it stands in the file; parsing fills the defaults. */
export const watchConfigSchema = z.strictObject({
  version: z
    .literal(1, {
      error: ({ input }) =>
        `${input === undefined ? 'is missing: write' : 'must be'} 1, the version of this format`,
    })
    .describe('The version of this format.')
    .meta({ example: 1 }),
  deployment: name()
    .default('default')
    .describe(
      'Names this deployment: its stack, a dimension of its metrics, the subject of its notices.',
    )
    .meta({ example: 'production' }),
  schedule: z
    .strictObject({
      tickMinutes: wholeNumber({ atLeast: 1, atMost: 60 })
        .default(DEFAULT_TICK_MINUTES)
        .describe('Minutes between two runs.')
        .meta({ example: 5 }),
    })
    .prefault({})
    .describe(
      'When runs take place; which applications are due in one is up to their `everyMinutes`.',
    ),
  confirmation: z
    .strictObject({
      attempts: wholeNumber({ atLeast: 0, atMost: 5 })
        .default(1)
        .describe('How often a refused attempt is repeated.')
        .meta({ example: 2 }),
      waitSeconds: wholeNumber({ atLeast: 0, atMost: 300 })
        .default(10)
        .describe('Seconds before each repetition.')
        .meta({ example: 30 }),
    })
    .prefault({})
    .describe(
      'A refused attempt is repeated before it counts, but only if the application was not failing before.',
    ),
  providers: z
    .record(name(), providerSchema.describe('One provider.'))
    .describe('Who issues tokens, by names of your choice.'),
  applications: z
    .record(name(), applicationSchema.describe('One application.'))
    .describe('The M2M applications to watch, by names of your choice.'),
  thresholds: z
    .strictObject({
      open: consecutive()
        .describe('Consecutive failures that open an incident.')
        .meta({ example: 2 }),
      close: consecutive()
        .describe('Consecutive healthy checks that resolve it.')
        .meta({ example: 2 }),
    })
    .prefault({})
    .describe('How many consecutive checks open or resolve an incident.'),
  maintenance: z
    .array(maintenanceWindow)
    .default([])
    .describe('Windows during which no notices are sent.'),
  notify: notify
    .prefault({})
    .describe('Who gets notices, which are for people, and alarms about m2m-watch itself.'),
  alarms: z
    .strictObject({
      email: emails()
        .describe('E-mail addresses.')
        .meta({ example: ['pager@acme.com'] }),
      topicArn: textLike(
        /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:\S+$/,
        'must be the ARN of an SNS topic',
      )
        .nullable()
        .default(null)
        .describe('A topic of yours that gets them.')
        .meta({ example: 'arn:aws:sns:eu-west-1:111122223333:pager' }),
    })
    .prefault({})
    .describe(
      "Who gets CloudWatch's own alarms on applications and providers, which are for pagers.",
    ),
  metrics: z
    .strictObject({
      perApplicationUpTo: wholeNumber({ atLeast: 0, atMost: 5000 })
        .default(100)
        .describe('How many applications have a metric and an alarm of their own.')
        .meta({ example: 0 }),
    })
    .prefault({})
    .describe('What is published as CloudWatch metrics.'),
  acceptOverBudget: z
    .boolean()
    .default(false)
    .describe('Accepts a schedule that needs more tokens a month than a plan includes.')
    .meta({ example: true }),
});

/** The configuration as it stands in the file, with the defaults of its own schema. */
export type WrittenConfig = z.output<typeof watchConfigSchema>;

/**
 * A whole `m2m-watch.yaml`, parsed, cross-checked, with every default filled in.
 *
 * Plain JSON data: what `JSON.stringify` makes of it reads back as the same configuration.
 */
export type WatchConfig = ReadonlyDeep<Omit<WrittenConfig, 'providers' | 'applications'>> & {
  /** By name. */
  readonly providers: Readonly<Record<string, ProviderConfig>>;
  /** In file order. */
  readonly applications: readonly Application[];
};
