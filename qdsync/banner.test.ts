import { describe, expect, it } from 'vitest';
import { formatBanner, parseBanner } from './banner.ts';

const REAL =
  'Qtopia 4.4.3;challenge={0c39edd7-b32d-4968-86d1-30f5dbb11ba9};loginname=root;displayname=Joe Owner;' +
  'protocol=2;system=Qtopia;model=Uncustomized Device;hexversion=263171;datasets=calendar contacts tasks';

describe('the banner of a real device', () => {
  it('is read', () => {
    expect(parseBanner(REAL)).toEqual({
      kind: 'device',
      greeting: {
        version: '4.4.3',
        challenge: '{0c39edd7-b32d-4968-86d1-30f5dbb11ba9}',
        loginName: 'root',
        displayName: 'Joe Owner',
        model: 'Uncustomized Device',
        hexVersion: 0x040403,
        datasets: ['calendar', 'contacts', 'tasks'],
        extensions: [],
        properties: {
          challenge: '{0c39edd7-b32d-4968-86d1-30f5dbb11ba9}',
          loginname: 'root',
          displayname: 'Joe Owner',
          protocol: '2',
          system: 'Qtopia',
          model: 'Uncustomized Device',
          hexversion: '263171',
          datasets: 'calendar contacts tasks',
        },
      },
    });
  });

  it('is written', () => {
    const banner = parseBanner(REAL);
    expect(banner.kind === 'device' && formatBanner(banner.greeting)).toBe(`220 ${REAL}`);
  });

  it('may have its version in hexadecimal, or an unreadable one', () => {
    const hexVersion = (text: string): number | undefined => {
      const banner = parseBanner(REAL.replace('263171', text));
      return banner.kind === 'device' ? banner.greeting.hexVersion : Number.NaN;
    };
    expect(hexVersion('0x040403')).toBe(263_171);
    expect(hexVersion('four')).toBeUndefined();
  });

  it('may have no owner, a property without value, a hostile key', () => {
    const banner = parseBanner(`${REAL.replace('Joe Owner', '')};odd;__proto__=x`);
    expect(banner).toMatchObject({ kind: 'device', greeting: { displayName: '' } });
    expect(banner.kind === 'device' && Object.hasOwn(banner.greeting.properties, '__proto__')).toBe(true);
  });
});

describe('displayname', () => {
  function displayName(name: string): string {
    const banner = parseBanner(REAL.replace('Joe Owner', name));
    return banner.kind === 'device' ? banner.greeting.displayName : '';
  }
  it('encoded as UTF-8 twice is undone', () => {
    const twice = Buffer.from('José Müller 😀', 'utf8').toString('latin1');
    expect(displayName(twice)).toBe('José Müller 😀');
  });
  it('encoded once stays', () => {
    expect(displayName('José Müller')).toBe('José Müller');
    expect(displayName('山田太郎')).toBe('山田太郎');
  });
});

describe('banners that are not supported', () => {
  it.each([
    ['Qtopia QCop bridge ready!', { kind: 'legacy', version: '1.x' }],
    ['Qtopia 2.2.0;challenge={x};loginname=root', { kind: 'legacy', version: '2.2.0' }],
    [REAL.replace('protocol=2', 'protocol=3'), { kind: 'other-protocol' }],
    [REAL.replace('system=Qtopia', 'system=Other'), { kind: 'other-protocol' }],
    ['ProFTPD Server ready.', { kind: 'foreign', text: 'ProFTPD Server ready.' }],
    ['', { kind: 'foreign' }],
  ])('%s', (text, expected) => {
    expect(parseBanner(text)).toMatchObject(expected);
  });
});

it('a name with a separator cannot add properties', () => {
  const line = formatBanner({
    version: '4.4.3',
    challenge: '{c}',
    loginName: 'me',
    displayName: 'a;datasets=evil\nQUIT',
    model: 'm',
    hexVersion: undefined,
    datasets: ['contacts'],
    extensions: [],
  });
  expect(line).not.toContain('\n');
  const banner = parseBanner(line.slice(4));
  expect(banner.kind === 'device' && banner.greeting.datasets).toEqual(['contacts']);
});
