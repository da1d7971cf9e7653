import { unpackRecord } from '../runs/stored-record.ts';
import { toldUntil } from '../runs/told-until.ts';
import type { Migration } from './migrate.ts';

/** What can not be made again: backed up daily and before a migration, never rebuilt. */
export const historyMigrations: readonly Migration[] = [
  {
    version: 10,
    title: 'events, jobs, settings, runs and what was seen of them',
    up: (database) =>
      database.exec(`
        CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        -- Append-only, one hash chain per device. Nothing here is ever updated.
        CREATE TABLE event (
          id TEXT PRIMARY KEY,
          device_id TEXT NOT NULL,
          seq INTEGER NOT NULL,
          actor TEXT NOT NULL,
          type TEXT NOT NULL,
          payload TEXT NOT NULL,
          wall_time TEXT NOT NULL,
          logical_clock INTEGER NOT NULL,
          prev_hash TEXT,
          hash TEXT NOT NULL,
          UNIQUE (device_id, seq)
        ) STRICT;
        CREATE INDEX event_by_type ON event (type, wall_time);
        CREATE TRIGGER event_is_never_updated BEFORE UPDATE ON event
          BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
        CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
          BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

        -- A fold of the decision events.
        CREATE TABLE decision (
          event_id TEXT PRIMARY KEY REFERENCES event (id),
          subject_kind TEXT NOT NULL,
          run_id TEXT,
          clip_id TEXT,
          other_clip_id TEXT,
          media_id TEXT,
          undone_by TEXT REFERENCES event (id)
        ) STRICT;
        CREATE INDEX decision_by_run ON decision (run_id);
        CREATE INDEX decision_by_clip ON decision (clip_id);

        CREATE TABLE job (
          id TEXT PRIMARY KEY,
          kind TEXT NOT NULL,
          subject TEXT NOT NULL,
          actor TEXT NOT NULL,
          state TEXT NOT NULL,
          steps TEXT NOT NULL,
          progress TEXT,
          error TEXT,
          input TEXT NOT NULL,
          result TEXT,
          created_at TEXT NOT NULL,
          started_at TEXT,
          finished_at TEXT
        ) STRICT;
        CREATE INDEX job_by_time ON job (created_at);
        CREATE INDEX job_by_state ON job (state);

        CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

        CREATE TABLE run (
          id TEXT PRIMARY KEY,
          owner TEXT NOT NULL,
          instance_id TEXT,
          remote_work_dir TEXT,
          facility_ids TEXT NOT NULL,
          first_start_at TEXT,
          start_source TEXT NOT NULL,
          created_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX run_by_owner ON run (owner, remote_work_dir);

        -- One row for each place and state in which a run was seen; the record is deflated JSON.
        CREATE TABLE run_observation (
          id TEXT PRIMARY KEY,
          run_id TEXT NOT NULL REFERENCES run (id),
          path TEXT NOT NULL,
          snapshot_tag TEXT,
          snapshot_taken_at TEXT,
          observed_at TEXT NOT NULL,
          content_hash TEXT NOT NULL,
          file_count INTEGER NOT NULL,
          size_bytes INTEGER NOT NULL,
          record BLOB NOT NULL,
          superseded_by TEXT
        ) STRICT;
        CREATE INDEX observation_by_run ON run_observation (run_id, observed_at);
        CREATE INDEX observation_by_path ON run_observation (path);

        -- A clip version by its bytes; kept when the file is gone, so that verdicts still name it.
        CREATE TABLE media_version (
          media_id TEXT PRIMARY KEY,
          size_bytes INTEGER NOT NULL,
          head_hash TEXT NOT NULL,
          tail_hash TEXT NOT NULL,
          sha256 TEXT,
          probe TEXT,
          -- Low-resolution pictures of a clip that the pipeline may convert in place: its bytes are gone by then.
          signature TEXT,
          first_seen_at TEXT NOT NULL
        ) STRICT;
        CREATE TABLE media_successor (
          predecessor TEXT PRIMARY KEY REFERENCES media_version (media_id),
          successor TEXT NOT NULL REFERENCES media_version (media_id),
          evidence TEXT NOT NULL,
          found_at TEXT NOT NULL
        ) STRICT;
        CREATE INDEX successor_back ON media_successor (successor);
        CREATE TABLE media_conversion (
          media_id TEXT PRIMARY KEY REFERENCES media_version (media_id),
          converted_media_id TEXT NOT NULL,
          path TEXT NOT NULL,
          made_at TEXT NOT NULL
        ) STRICT;
      `),
  },
  {
    version: 20,
    title: 'how far each sight of a run tells of it',
    up: (database) => {
      database.exec('ALTER TABLE run_observation ADD COLUMN told_until TEXT');
      const fill = database.prepare('UPDATE run_observation SET told_until = ? WHERE id = ?');
      const rows = database
        .prepare('SELECT id, observed_at, record FROM run_observation WHERE length(record) > 0')
        .all() as { id: string; observed_at: string; record: Buffer }[];
      for (const row of rows) fill.run(toldUntil(unpackRecord(row.record).record, row.observed_at), row.id);
    },
  },
  {
    version: 30,
    title: 'rented machines: what was seen, asked, spent and allowed',
    up: (database) =>
      database.exec(`
        -- The permanent record of a machine; its row stays when the provider no longer lists it.
        CREATE TABLE instance (
          id TEXT PRIMARY KEY,
          -- Whose list it was on: the address of the provider and the number of the account.
          account TEXT NOT NULL,
          first_seen_at TEXT NOT NULL,
          last_seen_at TEXT NOT NULL,
          -- Since when the actual status is what it is.
          actual_since TEXT NOT NULL,
          gone_at TEXT,
          instance TEXT NOT NULL,
          -- The answer of the provider it was read from, secrets taken out.
          redacted_row TEXT NOT NULL,
          asked TEXT,
          asked_at TEXT
        ) STRICT;
        CREATE INDEX instance_by_account ON instance (account, gone_at);

        -- State and rates over time: one when something changed, else one a minute.
        CREATE TABLE instance_sample (
          instance_id TEXT NOT NULL REFERENCES instance (id),
          at TEXT NOT NULL,
          phase TEXT NOT NULL,
          -- Dollars an hour at that moment; null when it was not known.
          rate_usd REAL,
          PRIMARY KEY (instance_id, at)
        ) STRICT, WITHOUT ROWID;

        -- Written before anything is sent; without an outcome it was under way when the engine ended.
        CREATE TABLE instance_command (
          id TEXT PRIMARY KEY,
          instance_id TEXT NOT NULL,
          kind TEXT NOT NULL,
          job_id TEXT NOT NULL,
          actor TEXT NOT NULL,
          asked_at TEXT NOT NULL,
          finished_at TEXT,
          outcome TEXT,
          message TEXT
        ) STRICT;
        CREATE INDEX instance_command_open ON instance_command (outcome, instance_id);

        -- A fold of the events that say whose a machine is.
        CREATE TABLE instance_owner (
          instance_id TEXT PRIMARY KEY,
          event_id TEXT NOT NULL REFERENCES event (id),
          ownership TEXT NOT NULL,
          owner TEXT,
          until TEXT,
          note TEXT
        ) STRICT;

        -- The newest whole list of each account.
        CREATE TABLE fleet_reading (
          account TEXT PRIMARY KEY,
          address TEXT NOT NULL,
          observed_at TEXT NOT NULL,
          credit_usd REAL,
          credit_at TEXT
        ) STRICT;

        -- Caps in dollars; '' is the whole fleet. Zero and less is off.
        CREATE TABLE budget (
          instance_id TEXT PRIMARY KEY,
          cap_usd REAL NOT NULL,
          set_at TEXT NOT NULL
        ) STRICT;
      `),
  },
  {
    version: 40,
    title: 'what the provider charged for each machine',
    up: (database) =>
      database.exec(`
        -- Sums as they were read: what was charged from the beginning of a contract until a moment.
        CREATE TABLE instance_charge (
          instance_id TEXT NOT NULL REFERENCES instance (id),
          read_at TEXT NOT NULL,
          charged_until TEXT NOT NULL,
          total_usd REAL NOT NULL,
          gpu_usd REAL NOT NULL,
          PRIMARY KEY (instance_id, read_at)
        ) STRICT, WITHOUT ROWID;
      `),
  },
  {
    version: 50,
    title: 'machines over SSH: host keys that count, what was shown and seen',
    up: (database) =>
      database.exec(`
        -- A fold of the events that accept a host key. The machine may be one that no provider lists.
        CREATE TABLE host_key (
          instance_id TEXT NOT NULL,
          route TEXT NOT NULL,
          fingerprint TEXT NOT NULL,
          key_type TEXT NOT NULL,
          public_key TEXT NOT NULL,
          how TEXT NOT NULL,
          accepted_at TEXT NOT NULL,
          event_id TEXT NOT NULL REFERENCES event (id),
          PRIMARY KEY (instance_id, route)
        ) STRICT, WITHOUT ROWID;

        -- The newest key that was shown and does not count: only such a one can be accepted.
        CREATE TABLE host_key_shown (
          instance_id TEXT NOT NULL,
          route TEXT NOT NULL,
          host TEXT NOT NULL,
          port INTEGER NOT NULL,
          fingerprint TEXT NOT NULL,
          key_type TEXT NOT NULL,
          public_key TEXT NOT NULL,
          shown_at TEXT NOT NULL,
          PRIMARY KEY (instance_id, route)
        ) STRICT, WITHOUT ROWID;

        -- The address at which a machine signed us in last.
        CREATE TABLE ssh_answered (
          instance_id TEXT PRIMARY KEY,
          route TEXT NOT NULL,
          host TEXT NOT NULL,
          port INTEGER NOT NULL,
          at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- What the newest knock gave.
        CREATE TABLE ssh_sight (
          instance_id TEXT PRIMARY KEY,
          state TEXT NOT NULL,
          at TEXT NOT NULL,
          round_trip_ms REAL,
          up_seconds REAL,
          because TEXT NOT NULL,
          -- Since when every knock was silent; null when the newest was not.
          silent_since TEXT
        ) STRICT, WITHOUT ROWID;
      `),
  },
  {
    version: 55,
    title: 'how busy the GPU of a machine was',
    up: (database) =>
      database.exec(`
        -- Per cent over all its GPUs, as the provider says; null when it did not say.
        ALTER TABLE instance_sample ADD COLUMN gpu_util_percent REAL;
      `),
  },
  {
    version: 60,
    title: 'launches: what was planned, and what became of it',
    up: (database) =>
      database.exec(`
        CREATE TABLE launch_plan (
          id TEXT PRIMARY KEY,
          hash TEXT NOT NULL,
          created_at TEXT NOT NULL,
          expires_at TEXT NOT NULL,
          -- What was shown: offer, prices, guards, gates.
          plan TEXT NOT NULL,
          -- What is sent, secrets by their name.
          recipe TEXT NOT NULL
        ) STRICT;

        -- Written before the create is sent, and kept when the machine is gone. A plan is used once.
        CREATE TABLE launch (
          id TEXT PRIMARY KEY,
          plan_id TEXT NOT NULL UNIQUE REFERENCES launch_plan (id),
          job_id TEXT NOT NULL,
          label TEXT NOT NULL UNIQUE,
          state TEXT NOT NULL,
          actor TEXT NOT NULL,
          instance_id TEXT,
          prepared_at TEXT NOT NULL,
          sent_at TEXT,
          settled_at TEXT,
          message TEXT,
          -- What the guards of the machine are to be set to, as JSON.
          guard TEXT NOT NULL,
          overrides TEXT NOT NULL
        ) STRICT;
        CREATE INDEX launch_by_instance ON launch (instance_id);
        CREATE INDEX launch_by_time ON launch (prepared_at);
      `),
  },
  {
    version: 70,
    title: 'guards: what is armed, what was decided, and the lease of each machine',
    up: (database) =>
      database.exec(`
        -- A fold of the events that arm and disarm; the newest counts.
        CREATE TABLE guard (
          instance_id TEXT PRIMARY KEY,
          event_id TEXT NOT NULL REFERENCES event (id),
          is_armed INTEGER NOT NULL,
          at TEXT NOT NULL,
          actor TEXT NOT NULL,
          settings TEXT NOT NULL
        ) STRICT;

        -- A fold of the events of fire drills; the newest counts.
        CREATE TABLE guard_drill (
          instance_id TEXT PRIMARY KEY,
          event_id TEXT NOT NULL REFERENCES event (id),
          state TEXT NOT NULL,
          at TEXT NOT NULL,
          actor TEXT NOT NULL,
          because TEXT NOT NULL
        ) STRICT;

        -- What the guard saw of a machine when it last looked.
        CREATE TABLE guard_watch (
          instance_id TEXT PRIMARY KEY,
          looked_at TEXT NOT NULL,
          sampled_at TEXT NOT NULL,
          quiet_since TEXT,
          busy_at TEXT,
          budget_stop_at TEXT,
          -- What is armed and could not be told, in sentences.
          could_not_tell TEXT
        ) STRICT;

        -- A stop that a guard decided. Open until it is proved or taken back: it never ends for want of tries.
        CREATE TABLE guard_stop (
          id TEXT PRIMARY KEY,
          instance_id TEXT NOT NULL,
          -- The event that had armed it.
          event_id TEXT NOT NULL,
          reason TEXT NOT NULL,
          because TEXT NOT NULL,
          decided_at TEXT NOT NULL,
          tries INTEGER NOT NULL DEFAULT 0,
          next_try_at TEXT NOT NULL,
          job_id TEXT,
          -- How the newest try ended.
          words TEXT,
          proved_at TEXT,
          ended_at TEXT
        ) STRICT;
        CREATE INDEX guard_stop_by_machine ON guard_stop (instance_id, decided_at);

        -- Each warning is given once.
        CREATE TABLE guard_warning (
          instance_id TEXT NOT NULL,
          key TEXT NOT NULL,
          at TEXT NOT NULL,
          PRIMARY KEY (instance_id, key)
        ) STRICT, WITHOUT ROWID;

        -- The newest answer of the lease on a machine, and the newest failure to get one.
        CREATE TABLE guard_lease (
          instance_id TEXT PRIMARY KEY,
          read_at TEXT,
          status TEXT,
          -- Which arming the machine's own limits were set by.
          set_by_event_id TEXT,
          failed_at TEXT,
          failure TEXT,
          failure_state TEXT
        ) STRICT;
      `),
  },
  {
    version: 80,
    title: 'snapshots, the pulls that made them, and what was said of held ones',
    up: (database) =>
      database.exec(`
        -- The row stays when the folder is gone: what was once here is part of the history.
        CREATE TABLE snapshot (
          id TEXT PRIMARY KEY,
          instance_id TEXT NOT NULL,
          tag TEXT NOT NULL,
          path TEXT NOT NULL UNIQUE,
          state TEXT NOT NULL,
          taken_at TEXT NOT NULL,
          verified_at TEXT,
          unchanged_at TEXT,
          file_count INTEGER NOT NULL,
          total_bytes INTEGER NOT NULL,
          manifest_sha256 TEXT,
          is_current INTEGER NOT NULL,
          -- Why it was held, what it lacks, in numbers: JSON.
          details TEXT NOT NULL,
          removed_at TEXT
        ) STRICT;
        CREATE INDEX snapshot_by_machine ON snapshot (instance_id, tag);

        -- A fold of the events that accept a held snapshot.
        CREATE TABLE snapshot_acceptance (
          snapshot_id TEXT PRIMARY KEY,
          event_id TEXT NOT NULL REFERENCES event (id),
          accepted_at TEXT NOT NULL
        ) STRICT;

        -- One row for each pull that ended, good or not: what is late or failing is told by it.
        CREATE TABLE pull_attempt (
          job_id TEXT PRIMARY KEY,
          instance_id TEXT NOT NULL,
          started_at TEXT NOT NULL,
          finished_at TEXT NOT NULL,
          outcome TEXT NOT NULL,
          code TEXT,
          message TEXT,
          transferred_bytes INTEGER
        ) STRICT;
        CREATE INDEX pull_attempt_by_machine ON pull_attempt (instance_id, finished_at);
      `),
  },
  {
    version: 90,
    title: 'what is in the bucket, as it was seen',
    up: (database) =>
      database.exec(`
        -- A bucket and a prefix, whoever reaches it with which key.
        CREATE TABLE mirror_remote (
          id TEXT PRIMARY KEY,
          label TEXT NOT NULL
        ) STRICT;

        -- When everything of a machine was listed last.
        CREATE TABLE mirror_listing (
          remote_id TEXT NOT NULL REFERENCES mirror_remote (id),
          instance_id TEXT NOT NULL,
          listed_at TEXT NOT NULL,
          PRIMARY KEY (remote_id, instance_id)
        ) STRICT, WITHOUT ROWID;

        -- Objects as a listing showed them; never what an upload said of itself.
        CREATE TABLE mirror_object (
          remote_id TEXT NOT NULL REFERENCES mirror_remote (id),
          instance_id TEXT NOT NULL,
          sha256 TEXT NOT NULL,
          size_bytes INTEGER NOT NULL,
          sha1 TEXT,
          seen_at TEXT NOT NULL,
          read_at TEXT,
          PRIMARY KEY (remote_id, instance_id, sha256)
        ) STRICT, WITHOUT ROWID;

        -- The pieces of files that are too large for one object, by content.
        CREATE TABLE mirror_cut (
          sha256 TEXT PRIMARY KEY,
          pieces TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE mirror_snapshot (
          remote_id TEXT NOT NULL REFERENCES mirror_remote (id),
          instance_id TEXT NOT NULL,
          tag TEXT NOT NULL,
          source TEXT NOT NULL,
          snapshot_id TEXT,
          state TEXT NOT NULL,
          because TEXT NOT NULL,
          manifest_sha256 TEXT,
          file_count INTEGER,
          total_bytes INTEGER,
          pushed_at TEXT,
          checked_at TEXT,
          PRIMARY KEY (remote_id, instance_id, source, tag)
        ) STRICT, WITHOUT ROWID;
      `),
  },
  {
    version: 110,
    title: 'which way the depth of clips lies: what was measured, and what people said instead',
    up: (database) =>
      database.exec(`
        -- One row for each check of each clip. The newest stands for its bytes; nothing is overwritten.
        CREATE TABLE orientation_check (
          id TEXT PRIMARY KEY,
          clip_id TEXT NOT NULL,
          run_id TEXT NOT NULL,
          clip_name TEXT,
          variant_name TEXT,
          control_clip_id TEXT NOT NULL,
          -- Null when the file was missing or could not be read.
          control_media_id TEXT,
          input_clip_id TEXT,
          input_media_id TEXT,
          verdict TEXT NOT NULL,
          transform TEXT,
          polarity TEXT NOT NULL,
          because TEXT NOT NULL,
          checked_at TEXT NOT NULL,
          job_id TEXT NOT NULL,
          -- Files with hashes, frames, scores, thresholds and versions, as JSON.
          evidence TEXT NOT NULL
        ) STRICT;
        CREATE INDEX orientation_by_clip ON orientation_check (clip_id);
        CREATE TRIGGER orientation_check_is_never_updated BEFORE UPDATE ON orientation_check
          BEGIN SELECT RAISE(ABORT, 'checks are never changed'); END;
        CREATE TRIGGER orientation_check_is_never_deleted BEFORE DELETE ON orientation_check
          BEGIN SELECT RAISE(ABORT, 'checks are never deleted'); END;

        -- A fold of the orientation.overruled events.
        CREATE TABLE orientation_override (
          event_id TEXT PRIMARY KEY REFERENCES event (id),
          clip_id TEXT NOT NULL,
          verdict TEXT,
          reason TEXT NOT NULL,
          control_media_id TEXT,
          actor TEXT NOT NULL,
          decided_at TEXT NOT NULL,
          logical_clock INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX override_by_clip ON orientation_override (clip_id);
      `),
  },
  {
    version: 115,
    title: 'schedules, the ledger of their slots, and what was told of them',
    up: (database) =>
      database.exec(`
        -- A fold of the events that set a schedule.
        CREATE TABLE schedule (
          instance_id TEXT PRIMARY KEY,
          event_id TEXT NOT NULL REFERENCES event (id),
          at TEXT NOT NULL,
          actor TEXT NOT NULL,
          settings TEXT NOT NULL
        ) STRICT;

        -- Every slot once. The same moment comes again only in another era: the clock was set back.
        CREATE TABLE schedule_slot (
          instance_id TEXT NOT NULL,
          era INTEGER NOT NULL,
          slot_ms INTEGER NOT NULL,
          until_ms INTEGER NOT NULL,
          count INTEGER NOT NULL,
          state TEXT NOT NULL,
          because TEXT NOT NULL,
          is_catch_up INTEGER NOT NULL,
          started_at TEXT,
          finished_at TEXT,
          job_id TEXT,
          snapshot_id TEXT,
          mirror TEXT NOT NULL,
          mirror_because TEXT,
          mirror_job_id TEXT,
          PRIMARY KEY (instance_id, era, slot_ms)
        ) STRICT, WITHOUT ROWID;

        -- Late or failing, told once until it is over.
        CREATE TABLE schedule_incident (
          instance_id TEXT NOT NULL,
          opened_at TEXT NOT NULL,
          state TEXT NOT NULL,
          because TEXT NOT NULL,
          closed_at TEXT,
          PRIMARY KEY (instance_id, opened_at)
        ) STRICT, WITHOUT ROWID;
      `),
  },
  {
    version: 140,
    title: 'steps on machines, and what environments looked like',
    up: (database) =>
      database.exec(`
        -- What runs on a machine, whatever becomes of the room. The record is the step as it is told.
        CREATE TABLE remote_step (
          id TEXT PRIMARY KEY,
          instance_id TEXT NOT NULL,
          created_at TEXT NOT NULL,
          is_over INTEGER NOT NULL,
          target TEXT NOT NULL,
          record TEXT NOT NULL
        ) STRICT;
        CREATE INDEX remote_step_by_machine ON remote_step (instance_id, created_at);

        -- Each look at the environment of a machine; its content once for each hash.
        CREATE TABLE environment (
          hash TEXT PRIMARY KEY,
          content TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE environment_look (
          id INTEGER PRIMARY KEY,
          instance_id TEXT NOT NULL,
          hash TEXT NOT NULL,
          taken_at TEXT NOT NULL,
          moment TEXT NOT NULL,
          step_id TEXT
        ) STRICT;
        CREATE INDEX environment_look_by_machine ON environment_look (instance_id, id);

        -- A fold of the events in which a person accepted or pinned a state.
        CREATE TABLE environment_word (
          event_id TEXT PRIMARY KEY REFERENCES event (id),
          kind TEXT NOT NULL,
          instance_id TEXT NOT NULL,
          hash TEXT NOT NULL,
          name TEXT NOT NULL,
          actor TEXT NOT NULL,
          at TEXT NOT NULL,
          logical_clock INTEGER NOT NULL
        ) STRICT;
      `),
  },
  {
    version: 145,
    title: 'why a slot was skipped, and whether anybody was told of what is wrong',
    up: (database) =>
      database.exec(`
        -- paused, busy or backed_off.
        ALTER TABLE schedule_slot ADD COLUMN skip TEXT;
        -- Null: opened by a room that could reach nobody. Whoever can tells it.
        ALTER TABLE schedule_incident ADD COLUMN told_at TEXT;
      `),
  },
  {
    version: 147,
    title: 'copies of large files beside the pulls',
    up: (database) =>
      database.exec(`
        -- Like pull_attempt, and apart from it: how fresh a machine's copy is, its pulls say.
        CREATE TABLE large_copy (
          job_id TEXT PRIMARY KEY,
          instance_id TEXT NOT NULL,
          finished_at TEXT NOT NULL,
          -- done, cut (its time was over), failed or cancelled.
          outcome TEXT NOT NULL,
          message TEXT,
          transferred_bytes INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX large_copy_by_machine ON large_copy (instance_id, finished_at);
      `),
  },
  {
    version: 155,
    title: 'what was launched on machines',
    up: (database) =>
      database.exec(`
        -- A fold of the events in which a person launched a run: its gate, overrides, configuration.
        CREATE TABLE remote_launch (
          event_id TEXT PRIMARY KEY REFERENCES event (id),
          step_id TEXT NOT NULL,
          instance_id TEXT NOT NULL,
          logical_clock INTEGER NOT NULL,
          record TEXT NOT NULL
        ) STRICT;
        CREATE INDEX remote_launch_by_machine ON remote_launch (instance_id, logical_clock);
      `),
  },
  {
    version: 156,
    title: 'what a check at rest found damaged',
    up: (database) =>
      database.exec(`
        -- JSON: when it was found, how many files, the first of them, and the state before. Null: nothing is known of any.
        ALTER TABLE snapshot ADD COLUMN damage TEXT;
      `),
  },
  {
    version: 157,
    title: 'who outside was told',
    up: (database) =>
      database.exec(`
        -- Each try of the webhook and the heartbeat; its host and never its address, which may be a key.
        CREATE TABLE delivery (
          id INTEGER PRIMARY KEY,
          at TEXT NOT NULL,
          kind TEXT NOT NULL,
          purpose TEXT NOT NULL,
          host TEXT NOT NULL,
          is_taken INTEGER NOT NULL,
          words TEXT NOT NULL
        ) STRICT;
      `),
  },
  {
    version: 160,
    title: 'studies of arm retention',
    up: (database) =>
      database.exec(`
        -- Folds of the events of studies. The plan is locked with its row and never changed.
        CREATE TABLE study (
          id TEXT PRIMARY KEY,
          event_id TEXT NOT NULL REFERENCES event (id),
          plan TEXT NOT NULL,
          plan_hash TEXT NOT NULL,
          locked_at TEXT NOT NULL,
          actor TEXT NOT NULL,
          blinding_broken TEXT,
          unblinded_at TEXT
        ) STRICT;

        -- What decides the sides. No event before the study is unblinded: segments can be read by anybody.
        CREATE TABLE study_secret (
          study_id TEXT PRIMARY KEY,
          seed TEXT NOT NULL,
          salt TEXT NOT NULL
        ) STRICT;

        CREATE TABLE study_label (
          -- The event; of labels that came in a file, the event and the question.
          event_id TEXT PRIMARY KEY,
          study_id TEXT NOT NULL,
          reviewer TEXT NOT NULL,
          item_id TEXT NOT NULL,
          left_answer TEXT NOT NULL,
          right_answer TEXT NOT NULL,
          answered_at TEXT NOT NULL,
          logical_clock INTEGER NOT NULL,
          undone_by TEXT REFERENCES event (id)
        ) STRICT;
        CREATE INDEX study_label_by_reviewer ON study_label (study_id, reviewer, logical_clock);

        CREATE TABLE study_sign_off (
          study_id TEXT NOT NULL,
          reviewer TEXT NOT NULL,
          event_id TEXT NOT NULL REFERENCES event (id),
          signed_at TEXT NOT NULL,
          -- SHA-256 of the file that the labels came in; null for those given here.
          file_hash TEXT,
          PRIMARY KEY (study_id, reviewer)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE study_loss (
          event_id TEXT PRIMARY KEY REFERENCES event (id),
          study_id TEXT NOT NULL,
          source_clip TEXT NOT NULL,
          reason TEXT NOT NULL,
          logical_clock INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX study_loss_by_study ON study_loss (study_id);

        -- What a study shows, so that retention keeps it.
        CREATE TABLE study_clip (
          study_id TEXT NOT NULL,
          media_id TEXT NOT NULL,
          clip_id TEXT,
          PRIMARY KEY (study_id, media_id)
        ) STRICT, WITHOUT ROWID;
      `),
  },
];
