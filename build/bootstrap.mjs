// What every npm script starts. It has no dependencies and only words an old Node.js can read: the
// version is checked before anything newer is loaded.
var major = Number(process.versions.node.split('.')[0]);

if (major < 20) {
  process.stderr.write('Set-up stopped: Node.js ' + process.versions.node + ' is too old, 20 or newer is needed.\n');
  process.stderr.write(
    'To go on: install Node.js 24 from https://nodejs.org (or: nvm install 24), then repeat the command.\n',
  );
  process.exit(1);
} else {
  import('./steps/verbs.mjs').then(function (verbs) {
    return verbs.runVerb(process.argv[2], process.argv.slice(3));
  });
}
