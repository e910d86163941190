// Compiles each dashboard as a literal of Grafana's own type, so that unknown fields and wrong values are errors.
import { readFileSync, readdirSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const here = dirname(fileURLToPath(import.meta.url));
const dashboards = process.argv[2] ?? join(here, '..', 'dashboards');
// Values of enums come as plain words and numbers in JSON.
const head = `import type { Dashboard } from '@grafana/schema';
type Plain<T> = T extends string ? \`\${T}\` : T extends number | boolean | null | undefined ? T
  : T extends (infer E)[] ? Plain<E>[] : T extends object ? { [K in keyof T]: Plain<T[K]> } : T;
`;
const folder = mkdtempSync(join(here, 'generated-'));
try {
  const files = readdirSync(dashboards).filter(f => f.endsWith('.json')).map(f => {
    const file = join(folder, f.replace('.json', '.ts'));
    writeFileSync(file, head + 'export const dashboard: Plain<Dashboard> = '
        + readFileSync(join(dashboards, f), 'utf8') + ';\n');
    return file;
  });
  if (files.length === 0) throw new Error('no dashboard in ' + dashboards);
  const program = ts.createProgram(files, {
    noEmit: true, strict: true, skipLibCheck: true, types: [],
    module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, target: ts.ScriptTarget.ES2022,
  });
  const found = ts.getPreEmitDiagnostics(program);
  process.stdout.write(ts.formatDiagnostics(found, {
    getCurrentDirectory: () => here, getCanonicalFileName: f => f, getNewLine: () => '\n' }));
  if (found.length) process.exitCode = 1;
  else console.log(files.length + ' dashboards are as @grafana/schema wants them');
} finally {
  rmSync(folder, { recursive: true });
}
