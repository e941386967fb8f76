import type { Command } from 'commander';
import { type FoundSecret, SECRET_VARIABLE } from '../application/client-secret.ts';
import { detectType } from '../application/described-application.ts';
import { sayOptionHint } from '../application/option-hints.ts';
import { type CliIo, say } from '../cli-io.ts';
import { EXIT_STATUS, type ExitStatus } from '../command.ts';
import { renderReport } from '../render-report.ts';
import { checkStatus } from '../run-check.ts';
import { viewOf } from '../terminal-text.ts';
import { askForAnswers } from './answers.ts';
import { existingConfig, refuseChanged } from './existing-config.ts';
import { firstCheck } from './first-check.ts';
import type { InitOptions } from './init-command.ts';
import { nextSteps, repeatCommand } from './next-steps.ts';
import { pinToken } from './pin-token.ts';
import { starterPlace, writeStarter } from './starter-files.ts';

/** Asks for what was not given, checks once, and writes the configuration if the check succeeds. */
export async function init(options: InitOptions, command: Command, io: CliIo): Promise<ExitStatus> {
  const place = starterPlace(options, io);
  const existing = options.add === true ? await existingConfig(place) : null;
  const answers = await askForAnswers({ options, existing, directory: place.directory, io });
  const { secret, mayKeepSecret } = answers;
  const isKnown = existing?.config.providers[answers.application.providerName] !== undefined;
  const described = isKnown ? answers.application : await detectType(answers.application, options);
  const checked = await firstCheck(
    {
      application: described,
      secret: secret?.value ?? null,
      place,
      existing,
      mayBeOpaque: options.tokenFormat === undefined,
    },
    io,
  );
  const { report, isInterrupted, application, verification } = checked;
  io.stdout.write(renderReport(report, viewOf(io)));
  const status = isInterrupted ? EXIT_STATUS.interrupted : checkStatus(report.summary, 'unhealthy');
  if (status !== EXIT_STATUS.ok) {
    if (!isInterrupted) sayOptionHint(report, application.type, io);
    say(io, `nothing was written; to try again: ${repeatCommand(command, application)}`);
    return status;
  }
  // The file may have been created or changed while the questions were answered.
  starterPlace(options, io);
  if (existing !== null) refuseChanged(place, existing);
  // Ctrl-C between two files would leave one of them behind.
  const stopListening = io.onInterrupt(() => {});
  const isSecretKept = writeStarter({
    application,
    pinned: pinToken({
      token: report.reports[0]?.token ?? null,
      verification,
      application,
      secret: secret?.value ?? null,
    }),
    place,
    existing,
    secret: secret !== null && mayKeepSecret && wouldBeLost(secret) ? secret.value : null,
  });
  stopListening();
  io.stdout.write(
    nextSteps({ file: place.file, application, isAdded: existing !== null, secret, isSecretKept }),
  );
  return EXIT_STATUS.ok;
}

/** A secret that was typed would be; one from a variable or a pipe is stored somewhere already. */
function wouldBeLost({ from, variable }: FoundSecret): boolean {
  return from === 'terminal' || (from === 'env-file' && variable === SECRET_VARIABLE);
}
