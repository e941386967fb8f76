import { describe, expect, it } from 'vitest';
import {
  pathText,
  renderFileProblem,
  renderProblem,
  shown,
} from '../../../lib/core/config/config-problems.ts';

const problem = {
  path: ['applications', 'a', 'audience'],
  message: 'is empty',
  about: 'value',
} as const;

describe('renderFileProblem', () => {
  it('names file, line, column and path', () => {
    const line = renderFileProblem({ ...problem, file: 'm2m-watch.yaml', line: 12, column: 5 });

    expect(line).toBe('m2m-watch.yaml:12:5 applications.a.audience is empty');
  });

  it('names the file alone where the whole file is meant', () => {
    const about = { path: [], message: 'does not exist', about: 'value' } as const;

    const line = renderFileProblem({ ...about, file: 'm2m-watch.yaml', line: null, column: null });

    expect(line).toBe('m2m-watch.yaml does not exist');
  });

  it('begins a line whose column is not known with its first', () => {
    const line = renderFileProblem({ ...problem, file: 'a.yaml', line: 2, column: null });

    expect(line).toBe('a.yaml:2:1 applications.a.audience is empty');
  });
});

describe('renderProblem', () => {
  it('speaks of the block above where a key itself is wrong', () => {
    const path = ['applications', 'a', 'audiance'];

    const line = renderProblem({ path, message: 'unknown key `audiance`', about: 'key' });

    expect(line).toBe('applications.a: unknown key `audiance`');
  });
});

describe('pathText', () => {
  it.each([
    [[], ''],
    [['a', 0, 'b-c', 1], 'a[0].b-c[1]'],
    [['claims', 'a.b'], 'claims."a.b"'],
    [['a', '\u001b[31m\u202e'], 'a.[not shown]'],
    [['x'.repeat(81)], '[not shown]'],
    [['applications', 'x9k2m4p7q1z3', 'audience'], 'applications.x9k2m4p7q1z3.audience'],
    [['applications', 'a', 'x9k2m4p7q1z3'], 'applications.a.[not shown]'],
    [['providers', 'hJ3kPq9Zt2Lw'], 'providers.[not shown]'],
  ])('writes %j as people do', (path, text) => {
    expect(pathText(path)).toBe(text);
  });
});

describe('shown', () => {
  it('cuts by whole characters', () => {
    expect(shown('😀'.repeat(5), 3)).toBe('😀😀😀…');
  });
});
