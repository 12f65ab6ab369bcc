import { expect, test } from 'vitest';
import { requestBody } from '../../src/wire/request-body.ts';

test('a body is a JSON object', () => {
  expect(requestBody('{"Limit":1}')).toEqual({ Limit: 1 });
});

test('no body is {}', () => {
  expect(requestBody('')).toEqual({});
});

test.each(['{"Limit":', 'Limit=1', 'null', '[]', '"text"'])('%s is refused in AWS’s words', (body) => {
  expect(() => requestBody(body)).toThrow(expect.objectContaining({ code: 'SerializationException', statusCode: 400 }));
});
