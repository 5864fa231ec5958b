import { expect, it } from 'vitest';
import { datasetDefinitions } from './index.ts';
import { datasetNames } from './names.ts';

it('names every dataset', () => {
  expect([...datasetDefinitions.keys()]).toEqual(datasetNames);
});
