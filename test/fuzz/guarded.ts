/** Three conditions, one behind the other: by chance alone one input in many millions gets through. */
export function guarded(input: Buffer): void {
  if (input[0] !== 0x42) return;
  if (input[1] !== 0x55) return;
  if (input[2] === 0x47) throw new Error('found');
}
