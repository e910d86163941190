// Runs the SQL of standard input in the folder of the first argument, and prints a JSON document for each row.
import { DuckDBInstance } from '@duckdb/node-api';
import { readFileSync } from 'node:fs';

process.chdir(process.argv[2] ?? '.');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const rows = await connection.runAndReadAll(readFileSync(0, 'utf8'));
const names = rows.columnNames();
for (const row of rows.getRows()) {
  const printable = row.map(value => typeof value === 'bigint' ? Number(value) : value);
  console.log(JSON.stringify(Object.fromEntries(names.map((name, i) => [name, printable[i]]))));
}
