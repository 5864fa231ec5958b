import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFormatted, textOfHtml } from './html-text.ts';

describe('the text of HTML', () => {
  test.each([
    ['paragraphs and lines', '<p>one</p><p>two<br>three</p>', 'one\ntwo\nthree'],
    ['blanks and line ends of the source', '<div>a \r\n  b</div>', 'a b'],
    [
      'entities, once',
      '&lt;b&gt; &amp;amp; &#8364; &#x20AC; &nbsp;x &nosuch;',
      '<b> &amp; € € \u00a0x &nosuch;',
    ],
    ['what is not shown', '<head><title>T</title></head><style>p{}</style><!-- <p>no</p> -->x', 'x'],
    ['what is not closed', 'a < b <c', 'a < b <c'],
    ['a comment without an end', 'a<!-- b', 'a'],
    ['nothing', '', ''],
  ])('%s', (_what, html, text) => {
    expect(textOfHtml(html)).toBe(text);
  });

  test('of any escaped text is that text', () => {
    const line = fc.stringMatching(/^[!-~]+( [!-~]+)*$/);
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const escaped = lines.map((each) => each.replaceAll('&', '&amp;').replaceAll('<', '&lt;'));
        expect(textOfHtml(`<html><body>${escaped.join('<br>\r\n')}</body></html>`)).toBe(lines.join('\n'));
      }),
    );
  });

  test('comes quickly of hostile HTML', () => {
    for (const piece of ['<style', '<!--', '<a ', '<', '&#', '<p>', '</'])
      expect(textOfHtml(piece.repeat(200_000)).length).toBeLessThan(2_000_000);
  });
});

describe('formatting', () => {
  test.each([
    ['<html><head><meta charset="x"></head><body><div>a<br>b</div></body></html>', false],
    ['<p>a <b>b</b></p>', true],
    ['<img src="x">', true],
    ['a < b', false],
  ])('%s: %s', (html, formatted) => {
    expect(isFormatted(html)).toBe(formatted);
  });
});
