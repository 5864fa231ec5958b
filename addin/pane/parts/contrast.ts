/** Contrast of two colours by WCAG 2.2; 1 for what is no colour like `#rgb` or `#rrggbb`. */
export function contrast(a: string, b: string): number {
  const [one, two] = [luminance(a), luminance(b)];
  if (one === undefined || two === undefined) return 1;
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}

function luminance(colour: string): number | undefined {
  const short = /^#([\da-f])([\da-f])([\da-f])$/i
    .exec(colour)
    ?.slice(1)
    .map((digit) => digit + digit);
  const long = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour)?.slice(1);
  const parts = (short ?? long)?.map((hex) => linear(Number.parseInt(hex, 16) / 255));
  const [red, green, blue] = parts ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function linear(share: number): number {
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
