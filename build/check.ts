import { runChecks, writeFormat } from './checks.ts';

const args = process.argv.slice(2);

if (args[0] === '--write') {
  process.exitCode = await writeFormat(args.slice(1));
} else {
  const failed = await runChecks({ structure: true });
  if (failed.length > 0) {
    console.log(`Failed: ${failed.join(', ')}${failed.includes('format') ? ' (npm run format writes it)' : ''}`);
    process.exitCode = 1;
  }
}
