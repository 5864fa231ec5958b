/** How pages come by their keys. */
import { Router } from 'express';
import {
  pairClaimRequestSchema,
  pairConfirmRequestSchema,
  pairRedeemRequestSchema,
  pairStartRequestSchema,
  paths,
  type pairClaimSchema,
  type pairConfirmSchema,
  type pairedPagesSchema,
  type pairInviteSchema,
  type pairRedeemSchema,
  type pairStartSchema,
} from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import type { z } from 'zod';
import type { FailureMeter } from './failure-meter.ts';
import { limitBody, readBody } from './limit-body.ts';
import type { PageKeys } from './page-keys.ts';
import type { PairingDesk } from './pairing.ts';
import { requireProgram } from './require-session.ts';

const MAX_BYTES = 4096;

/** What a page without a key may ask. */
export function openPairRoutes(desk: PairingDesk, failures: FailureMeter): Router {
  const router = Router();

  router.post(paths.pairStart, limitBody(MAX_BYTES), (request, response) => {
    const { label } = readBody(pairStartRequestSchema, request.body);
    response.json(desk.start(label) satisfies z.infer<typeof pairStartSchema>);
  });

  router.post(paths.pairClaim, limitBody(MAX_BYTES), (request, response) => {
    const { pairing, secret } = readBody(pairClaimRequestSchema, request.body);
    response.json(desk.claim(pairing, secret) satisfies z.infer<typeof pairClaimSchema>);
  });

  router.post(paths.pairRedeem, limitBody(MAX_BYTES), (request, response) => {
    const { secret, label } = readBody(pairRedeemRequestSchema, request.body);
    const key = countFailures(failures, () => desk.redeem(secret, label));
    response.json({ key } satisfies z.infer<typeof pairRedeemSchema>);
  });

  return router;
}

/** What only the person at this PC may do. */
export function programPairRoutes(desk: PairingDesk, failures: FailureMeter, pageKeys: PageKeys): Router {
  const router = Router();

  router.post(paths.pairConfirm, requireProgram, limitBody(MAX_BYTES), (request, response) => {
    const { code } = readBody(pairConfirmRequestSchema, request.body);
    const label = countFailures(failures, () => desk.confirm(code));
    response.json({ label } satisfies z.infer<typeof pairConfirmSchema>);
  });

  router.post(paths.pairInvite, requireProgram, limitBody(MAX_BYTES), (_request, response) => {
    response.json({ secret: desk.invite() } satisfies z.infer<typeof pairInviteSchema>);
  });

  router.get(paths.pairPages, requireProgram, (_request, response) => {
    response.json({ pages: pageKeys.list() } satisfies z.infer<typeof pairedPagesSchema>);
  });

  router.delete(`${paths.pairPages}/:id`, requireProgram, (request, response) => {
    const { id } = request.params;
    if (typeof id !== 'string' || !pageKeys.revoke(id)) throw new SyncError('api.not-found', 'paired page');
    response.json({});
  });

  return router;
}

/** A secret of 256 bits cannot be guessed, so a right one passes even while guesses are not looked at. */
function countFailures<T>(failures: FailureMeter, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    if (failures.locked) throw new SyncError('api.locked');
    failures.note();
    throw error;
  }
}
