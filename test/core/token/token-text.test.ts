import { describe, expect, it } from 'vitest';
import { describeTokenBody } from '../../../lib/core/token/key-set.ts';

describe('describeTokenBody', () => {
  it.each<[string, string]>([
    ['{"access_token":"abc","token_type":"mac"}', '{"access_token":"[text]","token_type":"mac"}'],
    ['{"access_token":["abc"]}', '{"access_token":"[array]"}'],
    ['{"access_token":{"a":"abc"}}', '{"access_token":"[object]"}'],
    ['{"access_token":12345678}', '{"access_token":"[number]"}'],
    ['{"accessToken":null}', '{"accessToken":"[null]"}'],
    ['{"data":{"access_token":"abc"},"n":1,"ok":true}', '{"data":"[object]","n":1,"ok":true}'],
    ['["abc"]', 'JSON that is no object'],
    ['<html>', '<html>'],
  ])('shows %s as %s', (body, expected) => {
    expect(describeTokenBody(body)).toBe(expected);
  });
});
