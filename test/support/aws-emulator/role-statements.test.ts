import { describe, expect, it } from 'vitest';
import { isAllowed, type RoleStatement } from './role-statements.ts';

const allow = (statement: Partial<RoleStatement>): RoleStatement => ({
  Effect: 'Allow',
  Action: 'sns:Publish',
  Resource: '*',
  ...statement,
});
const right = { action: 'sns:Publish', resource: 'arn:aws:sns:eu-west-1:1:topic', context: {} };

describe('isAllowed', () => {
  it.each<[string, readonly RoleStatement[], boolean]>([
    ['nothing', [], false],
    ['the action on everything', [allow({})], true],
    ['another action', [allow({ Action: 'sns:Subscribe' })], false],
    ['one of several actions', [allow({ Action: ['sns:Get*', 'sns:Publish'] })], true],
    ['another resource', [allow({ Resource: 'arn:aws:sns:eu-west-1:1:other' })], false],
    ['a pattern of resources', [allow({ Resource: 'arn:aws:sns:*:?:topic' })], true],
    ['a pattern that is too long by one', [allow({ Resource: 'arn:aws:sns:*:1:topic?' })], false],
    ['what is also denied', [allow({}), allow({ Effect: 'Deny' })], false],
    [
      'a condition on what is not known',
      [allow({ Condition: { StringEquals: { 'a:b': 'c' } } })],
      false,
    ],
  ])('judges a role that allows %s', (_, statements, expected) => {
    expect(isAllowed(statements, right)).toBe(expected);
  });

  it('compares the values of condition keys', () => {
    const statements = [allow({ Condition: { StringEquals: { 'a:b': ['c', 'd'] } } })];

    expect(isAllowed(statements, { ...right, context: { 'a:b': 'd' } })).toBe(true);
    expect(isAllowed(statements, { ...right, context: { 'a:b': 'e' } })).toBe(false);
  });

  it('refuses to judge a condition that it does not know', () => {
    const statements = [allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })];

    expect(() => isAllowed(statements, right)).toThrow('without the operator IpAddress');
  });
});
