/** What is said of the code by which a person makes sure that nobody is between this PC and a device. */
export interface CodeWords {
  readonly title: string;
  readonly text: string;
  readonly same: string;
  readonly different: string;
}

export function codeWords(device: string, code: string): CodeWords {
  return {
    title: `Does ${device} show ${code.slice(0, 3)} ${code.slice(3)}?`,
    // A device that is new, was forgotten, or was accepted anew.
    text: 'This PC has no key to know it by. The same code on both says that nobody is between them.',
    same: 'The same code',
    different: 'Another code',
  };
}
