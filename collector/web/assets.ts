/** The few files a browser loads besides the page: read once, named by their content, cached for ever. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from './problem.ts';

const TYPES = {
  'style.css': 'text/css; charset=utf-8',
  'live.js': 'text/javascript; charset=utf-8',
  'mark.svg': 'image/svg+xml',
  'inter-5.3.woff2': 'font/woff2',
} as const;
export type AssetName = keyof typeof TYPES;

interface Asset {
  body: Buffer;
  url: string;
}

const loaded = new Map<string, Asset>();

function load(name: AssetName): Asset {
  let asset = loaded.get(name);
  if (!asset) {
    // Beside this file in the source, beside the bundle in dist/.
    const body = readFileSync(new URL(`./assets/${name}`, import.meta.url));
    const version = createHash('sha256').update(body).digest('hex').slice(0, 12);
    asset = { body, url: `/assets/${name}?v=${version}` };
    loaded.set(name, asset);
  }
  return asset;
}

/** The address to write into a page. */
export function assetUrl(name: AssetName): string {
  return load(name).url;
}

export function serveAssets(app: FastifyInstance): void {
  app.get<{ Params: { name: string } }>(
    '/assets/:name',
    { config: { access: 'public' } },
    async (request, reply) => {
      const { name } = request.params;
      if (!Object.hasOwn(TYPES, name)) throw new HttpProblem(404, 'There is no such file.');
      const type = TYPES[name as AssetName];
      return reply
        .type(type)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(load(name as AssetName).body);
    },
  );
}
