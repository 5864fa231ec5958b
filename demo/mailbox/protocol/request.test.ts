import { describe, expect, it } from 'vitest';
import { GraphFault } from './fault.ts';
import { readExpand } from './options.ts';
import { readPreferences } from './preferences.ts';
import { readRequest } from './request.ts';

const request = (url: string) =>
  readRequest({ method: 'get', url, headers: new Map(), body: Buffer.alloc(0) });

describe('a request’s path', () => {
  it.each([
    ['/me/contacts/', ['me', 'contacts']],
    ['/me/contacts/AA%3D%2F', ['me', 'contacts', 'AA=/']],
    ["/me/contacts('AA%3D')/photo/$value", ['me', 'contacts', 'AA=', 'photo', '$value']],
    ['/me/contacts/microsoft.graph.delta()', ['me', 'contacts', 'delta']],
  ])('%s is taken apart', (url, path) => {
    expect(request(url).path).toEqual(path);
  });

  it('with a broken escape is a bad request', () => {
    expect(() => request('/me/%E0%A4%A')).toThrow(GraphFault);
  });
});

describe('a request’s query', () => {
  it('is decoded; a system option may stand once only', () => {
    expect([...request('/me?$filter=a%20eq%20%271%27&x=1').query]).toEqual([
      ['$filter', "a eq '1'"],
      ['x', '1'],
    ]);
    expect(() => request('/me?$top=1&$top=2')).toThrow('more than once');
  });
});

describe('Prefer', () => {
  it('is a list of wishes in one header', () => {
    const wishes = readPreferences(
      'odata.maxpagesize=50, outlook.timezone="W. Europe Standard Time", IdType="ImmutableId", other',
    );
    expect(wishes).toEqual({
      ids: 'immutable',
      maxPageSize: 50,
      timeZone: 'W. Europe Standard Time',
      bodyType: 'html',
      applied: ['odata.maxpagesize=50', 'outlook.timezone="W. Europe Standard Time"', 'IdType="ImmutableId"'],
    });
  });

  it('that is not understood is not applied', () => {
    expect(readPreferences('odata.maxpagesize=none, IdType="Other"')).toEqual({
      ids: 'plain',
      maxPageSize: undefined,
      timeZone: undefined,
      bodyType: 'html',
      applied: [],
    });
  });
});

describe('$expand', () => {
  it('is split at its top-level commas only', () => {
    expect(readExpand("a($filter=id eq 'x,(y' or id eq 'z'),b")).toEqual([
      { navigation: 'a', options: "$filter=id eq 'x,(y' or id eq 'z'" },
      { navigation: 'b', options: undefined },
    ]);
  });

  it('with an open bracket or quote is a bad request', () => {
    expect(() => readExpand('a(')).toThrow(GraphFault);
    expect(() => readExpand("a('")).toThrow(GraphFault);
  });
});
