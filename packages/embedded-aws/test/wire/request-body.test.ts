import { expect, test } from 'vitest';
import { requestBody } from '../../src/wire/request-body.ts';

test('reads a body as a JSON object', () => {
  expect(requestBody('{"Limit":1}')).toEqual({ Limit: 1 });
});

test('reads a missing body as {}', () => {
  expect(requestBody('')).toEqual({});
});

test.each(['{"Limit":', 'Limit=1', 'null', '[]', '"text"'])('refuses %s with AWS’s error name', (body) => {
  expect(() => requestBody(body)).toThrow(expect.objectContaining({ code: 'SerializationException', statusCode: 400 }));
});
