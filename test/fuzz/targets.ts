/** What reads what others have written: lines and frames of devices, records, files of other programs, HTTP requests. */
import { connect as connectTls } from 'node:tls';
import { paths } from '../../contract/api.ts';
import { fromICalendar, fromVcards } from '../../datasets/exchange/index.ts';
import { datasetDefinitions } from '../../datasets/index.ts';
import { readXml } from '../../datasets/record/read-xml.ts';
import { Inbound, Outbound, forwardMessage } from '../../qdsync/index.ts';
import { startHttpBench } from '../support/http-bench.ts';
import type { FuzzTarget } from './fuzz.ts';

const record = '<Contact><Identifier>7</Identifier><FirstName>Åse</FirstName></Contact>';
const call = forwardMessage({ name: 'createClientRecord', record: Buffer.from(record) });
const lines = [
  '220 Qtopia 4.4.3;challenge={x};loginname=root;displayname=;protocol=2;datasets=contacts;extensions=deflate',
  'HELPER_INIT 0 0 1\nUSER root\nPASS Qtopiaabc\nEXTEND deflate anchors\nQUIT',
  '200 Command okay\n250 tls\n599 ChannelNotRegistered x\nPAIR 00',
];
const plain = new Outbound();
const deflated = new Outbound();
deflated.deflate(0);

/** In pieces of seven bytes, as a line may bring them. */
function hear(inbound: Inbound, input: Buffer): void {
  for (let at = 0; at < input.length; at += 7)
    for (const { text } of inbound.push(input.subarray(at, at + 7))) text();
}

const vcard =
  'BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Åse Berg\r\nN:Berg;Åse;;;\r\nTEL;TYPE=cell:+47 1\r\nBDAY:--0412\r\nADR;TYPE=home:;;Gate 1;Oslo;;0150;Norge\r\nEMAIL;PREF=1:a@b.example\r\nEND:VCARD\r\n';
const event =
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260301T000000Z\r\nDTSTART;TZID=Europe/Oslo:20260302T100000\r\nDTEND;TZID=Europe/Oslo:20260302T110000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=9\r\nEXDATE;TZID=Europe/Oslo:20260304T100000\r\nSUMMARY:Kor\r\nBEGIN:VALARM\r\nTRIGGER:-PT15M\r\nACTION:DISPLAY\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
const todo =
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:2\r\nDUE;VALUE=DATE:20260401\r\nPRIORITY:5\r\nSTATUS:IN-PROCESS\r\nPERCENT-COMPLETE:40\r\nSUMMARY:Kjele\r\nEND:VTODO\r\nEND:VCALENDAR\r\n';
const icalWords =
  'FREQ=YEARLY BYMONTHDAY=-1 BYSETPOS=2 INTERVAL=0 UNTIL=99991231 RECURRENCE-ID: DURATION:P1W BEGIN:VEVENT\n END:VEVENT\n ; : , \\ " VALUE=DATE TZID= 00000000T000000 99999999'.split(
    ' ',
  );

export const pureTargets: readonly FuzzTarget[] = [
  {
    name: 'lines of the protocol',
    folders: ['/qdsync/'],
    seeds: [...lines.map((text) => Buffer.from(`${text}\n`)), plain.call(call)],
    words: [
      'CALLB ',
      'CALL ',
      'QPE/QDSync ',
      '\n',
      '\r\n',
      '\0',
      '220 ',
      ';challenge=',
      'EXTEND ',
      'AAAA',
      '====',
    ],
    run: (input) => hear(new Inbound(64 * 1024), input),
  },
  {
    name: 'frames of the protocol',
    folders: ['/qdsync/'],
    seeds: [deflated.seal(Buffer.concat([deflated.line('200 Command okay'), deflated.call(call)]))],
    words: ['\xd5\0\0', '\0\0\xff\xff', 'CALLB ', '\xff\xff\xff\xff'],
    run(input) {
      const inbound = new Inbound(64 * 1024);
      inbound.deflate();
      hear(inbound, input);
    },
  },
  {
    name: 'records in XML',
    folders: ['/datasets/record/'],
    seeds: [
      Buffer.from(record),
      Buffer.from('<?xml version="1.0"?><!-- x --><a b="c">&amp;&#65;<![CDATA[d]]></a>'),
    ],
    words: [
      '<!DOCTYPE a [<!ENTITY b "c">]>',
      '&b;',
      '&#x0;',
      '<![CDATA[',
      ']]>',
      '<a>',
      '</a>',
      '__proto__',
      ' xmlns:a=""',
    ],
    run: (input) => void readXml(input.toString('utf8')),
  },
  {
    name: 'records in JSON',
    folders: ['/datasets/'],
    seeds: [
      Buffer.from('["7",{"FirstName":"Åse","EmailAddresses":["a@b.example"],"Categories/choir":"Choir"}]'),
      Buffer.from(
        '["7",{"Description":"D","When":{"End":"2026-03-03T10:00:00","Start":"2026-03-03T09:00:00"},"Repeat":{"Frequency":"1","Type":"Daily"},"Repeat/2026-03-04":"deleted"}]',
      ),
      Buffer.from(
        '["7",{"Status":"Completed","PercentCompleted":"100","CustomFields/a":{"Key":"A","Value":"b"}}]',
      ),
    ],
    words: [
      'null',
      '[]',
      '{}',
      '"__proto__":',
      '\\u0000',
      '~',
      '@',
      '/',
      '"PhoneNumbers@default":"',
      '\\ud800',
    ],
    run(input) {
      for (const definition of datasetDefinitions.values()) {
        const outcome = definition.read(input.toString('utf8'), { fields: true, brief: true });
        if (outcome.ok) definition.normalise(outcome.record.fields);
      }
    },
  },
  {
    name: 'vCards',
    folders: ['/datasets/'],
    seeds: [Buffer.from(vcard)],
    words: [
      'PHOTO:data:image/png;base64,',
      'BDAY:',
      'N:;;;;',
      'TYPE=',
      'ENCODING=QUOTED-PRINTABLE',
      '\r\n ',
      '=\r\n',
      ...icalWords,
    ],
    run: (input) => void fromVcards(input.toString('utf8')),
  },
  {
    name: 'iCalendar files',
    folders: ['/datasets/'],
    seeds: [Buffer.from(event), Buffer.from(todo)],
    words: icalWords,
    run(input) {
      const text = input.toString('utf8');
      fromICalendar('calendar', text, { from: '2026-03-01' });
      fromICalendar('tasks', text, { from: '2026-03-01' });
    },
  },
];

/** Requests to a bridge of its own, with the token and without. */
export async function withHttpTarget(use: (target: FuzzTarget) => Promise<void>): Promise<void> {
  const bench = await startHttpBench();
  const { port } = bench.server;
  const request = (method: string, path: string, token: string, body: string): Buffer =>
    Buffer.from(
      [
        `${method} ${path} HTTP/1.1`,
        `Host: localhost:${port}`,
        `Authorization: Bearer ${token}`,
        'Content-Type: application/json',
        'Connection: close',
        `Content-Length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
  try {
    await use({
      name: 'HTTP requests',
      folders: ['/bridge/http/', '/contract/'],
      seeds: [
        request('GET', paths.status, bench.token, ''),
        request('GET', paths.status, 'x', ''),
        request('POST', paths.sync, bench.token, '{"device":"a","settings":{"contacts":{"mode":"off"}}}'),
        request('POST', paths.devices, bench.token, '{"name":"a","link":{"kind":"tcp","host":"b"}}'),
        request('POST', paths.unattended, bench.token, '{"quiet":{"from":"22:00","to":"07:00"}}'),
        request('DELETE', `${paths.devices}/a`, bench.token, ''),
      ],
      words: [
        ...Object.values(paths),
        '%2e%2e/',
        '%00',
        '?limit=-1',
        '{"__proto__":{}}',
        '[[[[',
        '\r\n',
        'Origin: null\r\n',
      ],
      async run(input) {
        const answer = await ask(port, input);
        if (answer !== '' && !/^HTTP\/1\.1 [234]\d\d /.test(answer)) throw new Error(answer.slice(0, 200));
      },
    });
  } finally {
    await bench.stop();
  }
}

/** How long a connection that says too little is held open before it is given up. */
const PATIENCE_MS = 300;

function ask(port: number, input: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let said = '';
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false }, () => {
      socket.end(input);
      socket.setTimeout(PATIENCE_MS);
    });
    socket.on('timeout', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (said = (said + chunk.toString('latin1')).slice(0, 1000)));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(said));
  });
}
