import { describe, expect, it } from 'vitest';
import { bridgeAddress, bridgeQuery } from './bridge-address.ts';

const origin = 'https://pages.example';

describe('the bridge’s address', () => {
  it('is the page’s own origin', () => {
    expect(bridgeAddress({ origin, search: '?_host_Info=Outlook$Web$16.01$en-US$$$$0' })).toBe(origin);
  });

  it('is a port of this computer where the manifest names one', () => {
    expect(bridgeAddress({ origin, search: '?bridge=24245&et=' })).toBe('https://localhost:24245');
  });

  it.each([
    '?bridge=evil.example',
    '?bridge=1@evil.example',
    '?bridge=',
    '?bridge=0',
    '?bridge=65536',
    '?bridge=1e3',
  ])('is nothing else, whatever the address says: %s', (search) => {
    expect(bridgeAddress({ origin, search })).toBe(origin);
  });

  it('is told to the page’s windows in the same way', () => {
    expect(bridgeQuery({ search: '?bridge=24245&et=' })).toBe('bridge=24245');
    expect(bridgeQuery({ search: '?et=' })).toBe('');
  });
});
