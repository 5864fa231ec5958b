/** State of the bridge, and the syncs that it owns. */
import { Router, type Response } from 'express';
import type { z } from 'zod';
import {
  addDeviceRequestSchema,
  acceptDeviceRequestSchema,
  allowUnprotectedRequestSchema,
  cancelRequestSchema,
  compareCodeRequestSchema,
  paths,
  pauseRequestSchema,
  type cancelledSchema,
  type devicesSchema,
  type foundSchema,
  type portsSchema,
  type startedSchema,
  type Status,
} from '../../contract/api.ts';
import { SyncError } from '../../contract/errors.ts';
import { startRequestSchema, type Job } from '../../contract/job.ts';
import { unattendedRequestSchema, type UnattendedStatus } from '../../contract/unattended.ts';
import type { EventHub } from './event-hub.ts';
import { limitBody, readBody } from './limit-body.ts';
import { sendRecording } from './recording-answer.ts';
import { requireProgram } from './require-session.ts';
import type { BridgeService } from './service.ts';

const MAX_BYTES = 16 * 1024;

export function syncRoutes(service: BridgeService, status: () => Status, events: EventHub): Router {
  const router = Router();

  router.get(paths.status, (_request, response) => {
    response.json(status());
  });

  const sendDevices = (response: Response): void => {
    response.json({ devices: [...service.devices()] } satisfies z.infer<typeof devicesSchema>);
  };

  router.get(paths.devices, (_request, response) => {
    sendDevices(response);
  });

  router.post(paths.devices, limitBody(MAX_BYTES), (request, response) => {
    service.addDevice(readBody(addDeviceRequestSchema, request.body));
    sendDevices(response);
  });

  router.delete(`${paths.devices}/:name`, (request, response) => {
    service.removeDevice(request.params.name);
    sendDevices(response);
  });

  router.get(paths.ports, async (_request, response) => {
    response.json({ ports: [...(await service.ports())] } satisfies z.infer<typeof portsSchema>);
  });

  router.get(paths.found, async (_request, response) => {
    response.json({ devices: [...(await service.found())] } satisfies z.infer<typeof foundSchema>);
  });

  router.post(paths.sync, limitBody(MAX_BYTES), (request, response) => {
    const job = service.startSync(readBody(startRequestSchema, request.body));
    response.status(202).json({ job } satisfies z.infer<typeof startedSchema>);
  });

  router.post(paths.record, requireProgram, limitBody(MAX_BYTES), (request, response) => {
    sendRecording(service, readBody(startRequestSchema, request.body), response);
  });

  router.post(paths.cancel, limitBody(MAX_BYTES), (request, response) => {
    const { job } = readBody(cancelRequestSchema, request.body);
    response.json({ cancelled: service.cancelSync(job) } satisfies z.infer<typeof cancelledSchema>);
  });

  router.get(`${paths.jobs}/:id`, (request, response) => {
    const job = service.job(request.params.id);
    if (job === undefined) throw new SyncError('api.not-found', 'job');
    response.json(job satisfies Job);
  });

  router.get(paths.events, (_request, response) => {
    events.open(response, { event: 'status', status: status() });
  });

  router.get(paths.unattended, (_request, response) => {
    response.json(service.unattended satisfies UnattendedStatus);
  });

  router.post(paths.unattended, requireProgram, limitBody(MAX_BYTES), async (request, response) => {
    await service.setUnattended(readBody(unattendedRequestSchema, request.body));
    response.json(service.unattended satisfies UnattendedStatus);
  });

  router.post(paths.pause, limitBody(MAX_BYTES), async (request, response) => {
    await service.setPaused(readBody(pauseRequestSchema, request.body).paused);
    response.json({});
  });

  router.post(paths.acceptDevice, requireProgram, limitBody(MAX_BYTES), (request, response) => {
    service.acceptDevice(readBody(acceptDeviceRequestSchema, request.body).device);
    response.json({});
  });

  router.post(paths.compareCode, limitBody(MAX_BYTES), (request, response) => {
    const { device, code } = readBody(compareCodeRequestSchema, request.body);
    service.compareCode(device, code);
    response.json({});
  });

  router.post(paths.allowUnprotected, requireProgram, limitBody(MAX_BYTES), (request, response) => {
    const { device, allowed } = readBody(allowUnprotectedRequestSchema, request.body);
    service.allowUnprotected(device, allowed);
    response.json({});
  });

  router.post(paths.stop, requireProgram, limitBody(MAX_BYTES), (_request, response) => {
    response.on('finish', () => service.stop());
    response.json({});
  });

  return router;
}
