import { NotFoundException } from '@nestjs/common';
import { QueryFailedError } from 'typeorm';
import { databaseProblem, isDatabaseUnavailable, violatedConstraint } from './database-problem.ts';
import { problemOf } from './problem-of.ts';
import { conflict, unauthorized, versionConflict } from './refusals.ts';

const queryError = (code: string, constraint?: string) =>
  new QueryFailedError('INSERT', [], Object.assign(new Error('refused'), { code, constraint }));
const constraints = { occupancy_no_overlap: () => conflict('resource_taken', 'It is taken then.') };

describe('an error of the database', () => {
  test('by a constraint that the service named is the problem it named', () => {
    expect(databaseProblem(queryError('23P01', 'occupancy_no_overlap'), constraints)?.code).toBe('resource_taken');
    expect(violatedConstraint(queryError('23505', 'person_email_once'))).toBe('person_email_once');
  });

  test('by one that nobody named is a fault of ours', () => {
    expect(problemOf(queryError('23505', 'toString'), constraints)).toMatchObject({
      code: 'internal_error',
      status: 500,
    });
  });

  test.each([
    ['40001', 'try_again', 503],
    ['40P01', 'try_again', 503],
    ['57014', 'database_slow', 503],
    ['08006', 'database_unavailable', 503],
    ['57P01', 'database_unavailable', 503],
    ['53300', 'database_unavailable', 503],
    ['22003', 'value_refused', 400],
    ['22021', 'value_refused', 400],
  ])('%s is %s', (code, problem, status) => {
    expect(databaseProblem(queryError(code))).toMatchObject({ code: problem, status });
  });

  test.each([
    Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    new Error('Connection terminated unexpectedly'),
    new Error('timeout exceeded when trying to connect'),
  ])('%s means that the database cannot be reached', (error) => {
    expect(isDatabaseUnavailable(error)).toBe(true);
    expect(problemOf(error)).toMatchObject({ code: 'database_unavailable', headers: { 'Retry-After': '2' } });
  });

  test.each([undefined, null, 'text', 3, new Error('other'), queryError('42P01')])('%s is none of these', (error) => {
    expect(databaseProblem(error)).toBeUndefined();
    expect(isDatabaseUnavailable(error)).toBe(false);
  });
});

test('what the framework refuses keeps its status, and says nothing of the path', () => {
  const problem = problemOf(new NotFoundException('Cannot GET /people/ana@mail.test'));
  expect(problem).toMatchObject({ code: 'route_not_found', status: 404, detail: 'There is no such route.' });
});

test('a missing token and a bad one are challenged differently (RFC 6750 §3.1)', () => {
  expect(unauthorized('token_missing', 'none').headers['WWW-Authenticate']).toBe('Bearer');
  expect(unauthorized('token_expired', 'over').headers['WWW-Authenticate']).toContain('error="invalid_token"');
});

test('a lost edit learns the present version', () => {
  expect(versionConflict(7)).toMatchObject({ status: 412, headers: { ETag: '"7"' }, extras: { presentVersion: 7 } });
});
