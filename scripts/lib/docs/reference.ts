/** A JSON Schema as a reference for people: one table row a key. Pure. */

export interface JsonSchema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  not?: object;
}

interface Row {
  key: string;
  allowed: string;
  fallback: string;
  about: string;
}

/** Keys that are always refused are named by the program, not by the documentation. */
function isRefused(schema: JsonSchema): boolean {
  return schema.not !== undefined && Object.keys(schema.not).length === 0;
}

export function withoutRefused(schema: JsonSchema): JsonSchema {
  const entries = Object.entries(schema.properties ?? {}).filter(([, child]) => !isRefused(child));
  const properties = Object.fromEntries(entries.map(([key, child]) => [key, withoutRefused(child)]));
  const deeper = (child: JsonSchema | boolean | undefined) =>
    typeof child === 'object' ? withoutRefused(child) : child;
  return {
    ...schema,
    ...(schema.properties ? { properties } : {}),
    ...(schema.additionalProperties === undefined
      ? {}
      : { additionalProperties: deeper(schema.additionalProperties) as JsonSchema | boolean }),
    ...(schema.items ? { items: withoutRefused(schema.items) } : {}),
    ...(schema.oneOf ? { oneOf: schema.oneOf.map(withoutRefused) } : {}),
    ...(schema.anyOf ? { anyOf: schema.anyOf.map(withoutRefused) } : {}),
  };
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

const FORMS: [RegExp, string][] = [
  [/ms\|s\|m\|h\|d/, 'duration'],
  [/KiB/, 'size'],
  [/^\^\[a-zA-Z0-9\]\[a-zA-Z0-9\._-\]/, 'name'],
  [/^\^\\\//, 'absolute path'],
];

function allowedOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return code(schema.const);
  if (schema.enum) return schema.enum.map(code).join(', ');
  const options = schema.oneOf ?? schema.anyOf;
  if (options) return [...new Set(options.map(allowedOf))].join(' or ');
  if (schema.items) return `list of ${allowedOf(schema.items)}`;
  const form = FORMS.find(([pattern]) => schema.pattern && pattern.test(schema.pattern));
  if (form) return form[1];
  const type = [schema.type ?? 'any'].flat().join(' or ');
  return type === 'string' ? 'text' : type === 'object' ? 'keys' : type;
}

function rowsOf(schema: JsonSchema, prefix: string, rows: Row[]): void {
  for (const [key, child] of Object.entries(schema.properties ?? {})) {
    const path = prefix === '' ? key : `${prefix}.${key}`;
    const needed = schema.required?.includes(key) && child.default === undefined;
    const plain = child.default !== undefined && typeof child.default !== 'object';
    const fallback = needed ? 'required' : plain ? code(child.default) : '';
    rows.push({ key: path, allowed: allowedOf(child), fallback, about: child.description ?? '' });
    rowsBelow(child, path, rows);
  }
}

function rowsBelow(schema: JsonSchema, path: string, rows: Row[]): void {
  rowsOf(schema, path, rows);
  if (typeof schema.additionalProperties === 'object')
    rowsBelow(schema.additionalProperties, `${path}.NAME`, rows);
  if (schema.items) rowsBelow(schema.items, `${path}[]`, rows);
  for (const option of schema.oneOf ?? schema.anyOf ?? []) {
    if (!option.properties) continue;
    const kind = option.properties.kind?.const;
    rowsOf(option, kind === undefined ? path : `${path} (${kind})`, rows);
  }
}

/** Markdown: a table of every key below the root. */
export function referenceOf(schema: JsonSchema): string {
  const rows: Row[] = [];
  rowsBelow(schema, '', rows);
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  const lines = rows
    .filter((row) => !(row.key.endsWith('.kind') && row.allowed.startsWith('`')))
    .map(
      ({ key, allowed, fallback, about }) =>
        `| \`${key}\` | ${[allowed, fallback, about].map(cell).join(' | ')} |`,
    );
  return ['| key | allowed | default | meaning |', '|---|---|---|---|', ...lines].join('\n');
}
