import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { canAsk, openQuestions } from '../../lib/cli/read-input.ts';
import { capturedIo, keyboard } from './captured-io.ts';

/** Questions at a terminal; `type` is what a person does there. */
function terminal() {
  const stream = new PassThrough();
  const io = capturedIo({ stdin: { stream, isTerminal: true }, isTerminal: true });
  const questions = openQuestions(io);
  return { io, questions, stream, type: (keys: string) => stream.write(keys) };
}

describe('questions', () => {
  it('show the prompt and what is typed, and give it without white space around', async () => {
    const { io, questions, type } = terminal();

    const answer = questions.ask('Client id: ');
    type(' abd\u007fc \r');

    expect(await answer).toBe('abc');
    expect(io.written.stderr).toContain('Client id: ');
    questions.close();
  });

  it('show nothing of a secret, however it is typed', async () => {
    const { io, questions, type } = terminal();

    const answer = questions.askSecret('Secret: ');
    for (const key of 'planted-secre') type(key);
    type('t\u001b[D\u001b[C\u007ft');
    type('\r');

    expect(await answer).toBe('planted-secret');
    expect(io.written.stderr).toBe('Secret: \n');
    expect(io.written.stdout).toBe('');
    questions.close();
  });

  it('are answered by lines that are pasted at once, and show no secret among them', async () => {
    const io = capturedIo({ stdin: keyboard('one', 'planted-secret', 'two'), isTerminal: true });
    const questions = openQuestions(io);

    const answers = [
      await questions.ask('First: '),
      await questions.askSecret('Secret: '),
      await questions.ask('Last: '),
    ];

    expect(answers).toEqual(['one', 'planted-secret', 'two']);
    expect(io.written.stderr).not.toContain('planted');
    expect(io.written.stderr).toMatch(/Secret: \nLast: two\n$/);
    questions.close();
  });

  it('do not bring a secret back with the arrow keys', async () => {
    const { io, questions, type } = terminal();
    const secret = questions.askSecret('Secret: ');
    type('planted-secret\r');
    await secret;

    const next = questions.ask('Next: ');
    type('\u001b[A\r');

    expect(await next).toBe('');
    expect(io.written.stderr).not.toContain('planted');
    questions.close();
  });

  it('escape what is pasted ahead to steer the terminal', async () => {
    const io = capturedIo({ stdin: keyboard('one', 'a\u202eb'), isTerminal: true });
    const questions = openQuestions(io);
    await questions.ask('First: ');

    await questions.ask('Second: ');

    expect(io.written.stderr).toContain('a\\u{202e}b\n');
    questions.close();
  });

  it.each([['ask'], ['askSecret']] as const)('end at Ctrl-C: %s', async (how) => {
    const { io, questions, type } = terminal();

    const answer = questions[how]('Question: ');
    type('half\u0003');

    await expect(answer).rejects.toMatchObject({ name: 'InterruptedError' });
    expect(io.written.stderr).toMatch(/\n$/);
    questions.close();
  });

  it('say that the input ended', async () => {
    const { questions, stream } = terminal();

    const answer = questions.ask('Question: ');
    stream.end();

    await expect(answer).rejects.toThrow('the input ended before every question was answered');
    questions.close();
  });
});

describe('canAsk', () => {
  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
  ])('with a keyboard %s and a screen %s is %s', (isKeyboard, isScreen, expected) => {
    const stdin = { stream: new PassThrough(), isTerminal: isKeyboard };

    expect(canAsk(capturedIo({ stdin, isTerminal: isScreen }))).toBe(expected);
  });
});
