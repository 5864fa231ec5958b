/** A reporter beside the usual one, for runs that take an hour: what fails is told when it fails, not at the end. */
import type { Reporter, TestCase } from 'vitest/node';

export default class FailuresAtOnce implements Reporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors } = test.result();
    if (state !== 'failed') return;
    for (const { message, stack } of errors) {
      process.stderr.write(
        `\nFailed: ${test.module.relativeModuleId} > ${test.fullName}\n${stack ?? message}\n\n`,
      );
    }
  }
}
