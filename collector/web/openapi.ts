/** GET /api/v1/openapi.json, made from the routes as they are registered: it cannot forget one. */
import type { FastifyInstance, RouteOptions } from 'fastify';
import { components, responseOf } from './api/schemas.ts';

interface JsonObjectSchema {
  properties?: Record<string, { description?: string }>;
  required?: string[];
}
interface RouteSchema {
  summary?: string;
  querystring?: JsonObjectSchema;
  params?: JsonObjectSchema;
  body?: object;
}

function parameters(place: 'query' | 'path', schema: JsonObjectSchema | undefined) {
  return Object.entries(schema?.properties ?? {}).map(([name, { description, ...type }]) => ({
    name,
    in: place,
    required: place === 'path',
    ...(description ? { description } : {}),
    schema: type,
  }));
}

function operation(route: RouteOptions, method: string) {
  const schema = (route.schema ?? {}) as RouteSchema;
  const access = route.config?.access ?? 'viewer';
  const answers = responseOf(method, route.url);
  const problem = {
    description: 'An error',
    content: { 'application/problem+json': { schema: ref('Problem') } },
  };
  return {
    summary: schema.summary ?? '',
    ...(access === 'public' ? { security: [] } : { 'x-role': access }),
    parameters: [...parameters('path', schema.params), ...parameters('query', schema.querystring)],
    ...(schema.body ? { requestBody: { content: { 'application/json': { schema: schema.body } } } } : {}),
    responses: {
      [answers.status]: {
        description: schema.summary ?? 'Done',
        content: { [answers.mediaType]: { schema: answers.schema } },
      },
      default: problem,
    },
  };
}

function ref(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}

/** Call before the routes are registered. */
export function describeApi(app: FastifyInstance, version: string): void {
  const paths: Record<string, Record<string, unknown>> = {};
  app.addHook('onRoute', (route) => {
    if (!/^\/(api\/v1|events|metrics|healthz|readyz|ping)\b/.test(route.url)) return;
    const path = route.url.replace(/:(\w+)/g, '{$1}');
    for (const method of [route.method].flat()) {
      if (method === 'HEAD') continue;
      paths[path] ??= {};
      paths[path][method.toLowerCase()] = operation(route, method);
    }
  });
  app.get(
    '/api/v1/openapi.json',
    { config: { access: 'public' }, schema: { summary: 'This description' } },
    async () => ({
      openapi: '3.1.0',
      info: {
        title: 'Backproof collector',
        version,
        description:
          'Times are RFC 3339 UTC, sizes bytes, durations seconds. Lists name their next page in the Link header.',
      },
      security: [{ bearer: [] }],
      paths,
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
        schemas: components,
      },
    }),
  );
}
