import { describe, expect, it } from 'vitest';
import { nextState } from './alarm-evaluator.ts';

const breaches = (value: number) => value >= 1;

// The tables of "Configuring how CloudWatch alarms treat missing data": X breaches, - is missing.
describe('nextState', () => {
  it.each([
    ['0 - X - X', 3, ['OK', 'OK', 'OK', 'OK']],
    ['0 - - - -', 3, ['OK', 'OK', 'OK', 'OK']],
    ['- - - - -', 3, ['INSUFFICIENT_DATA', 'retained', 'ALARM', 'OK']],
    ['0 X X - X', 3, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['- - X - -', 3, ['ALARM', 'retained', 'ALARM', 'OK']],
    ['0 - X - X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 0 X 0 X', 2, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
    ['0 - X - -', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - - 0', 2, ['OK', 'OK', 'ALARM', 'OK']],
    ['- - - X -', 2, ['ALARM', 'retained', 'ALARM', 'OK']],
  ])('judges %s with %i of 3 as the user guide does', (shown, toAlarm, expected) => {
    const points = shown.split(' ').map((p) => (p === '-' ? undefined : p === 'X' ? 1 : 0));

    const states = ['missing', 'ignore', 'breaching', 'notBreaching'].map((missing) => {
      const ask = { points, setting: { periods: 3, toAlarm, breaches, missing } };
      const [fromOk, fromAlarm] = [nextState('OK', ask), nextState('ALARM', ask)];
      return fromOk === fromAlarm ? fromOk : 'retained';
    });

    expect(states).toEqual(expected);
  });
});
