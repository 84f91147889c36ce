/** Builds docs/configuration.md, docs/agent.schema.json and docs/collector.schema.json. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { agentSchema } from '../../../agent/config/schema.ts';
import { collectorSchema } from '../../../collector/config-schema.ts';
import { RULES } from '../../../collector/decide/rules.ts';
import { type JsonSchema, referenceOf, withoutRefused } from './reference.ts';

const DOCS = join(import.meta.dirname, '../../../docs');

function jsonSchemaOf(schema: z.ZodType, title: string): JsonSchema {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return { ...withoutRefused(made), ...{ title } };
}

const agent = jsonSchemaOf(agentSchema, 'agent.yaml');
const collector = jsonSchemaOf(collectorSchema, 'collector.yaml');

const rules = Object.entries(RULES).map(
  ([name, rule]) => `| \`${name}\` | ${rule.severity} | ${rule.about} |`,
);

const configuration = `# Configuration

Made by \`scripts/build-docs\` from the schemas that read the files; not edited by hand.

Unknown keys are errors, and every error is reported at once with its line, what was found, what is allowed and the
nearest known key. Durations are written \`90s\`, \`10m\`, \`6h\`, \`7d\`, also combined (\`1h30m\`); sizes \`500MiB\`, \`20GiB\`.
Files that hold secrets must not be readable by others (mode 0600).

For completion in an editor, let the first line of a file name its schema:
\`# yaml-language-server: $schema=/usr/share/backproof/collector.schema.json\`
(\`docs/collector.schema.json\`, \`docs/agent.schema.json\`).

## agent.yaml

${referenceOf(agent)}

## collector.yaml

${referenceOf(collector)}

## Alert rules

The severity is each rule's default; a route may set another for its receivers.

| rule | severity | when |
|---|---|---|
${rules.join('\n')}
`;

const files: Record<string, string> = {
  'configuration.md': configuration,
  'agent.schema.json': `${JSON.stringify(agent, null, 2)}\n`,
  'collector.schema.json': `${JSON.stringify(collector, null, 2)}\n`,
};

const check = process.argv.includes('--check');
for (const [name, content] of Object.entries(files)) {
  const file = join(DOCS, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === content) continue;
  if (check) {
    console.error(`docs/${name} is out of date; run ./scripts/build-docs`);
    process.exitCode = 1;
  } else {
    writeFileSync(file, content);
    console.log(`wrote docs/${name}`);
  }
}
