CREATE TABLE architecture (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    name VARCHAR COLLATE "C" NOT NULL,
    search_key VARCHAR COLLATE "C" NOT NULL,
    module VARCHAR COLLATE "C",
    config_class VARCHAR COLLATE "C",
    text_id INTEGER,
    CONSTRAINT pk_architecture PRIMARY KEY (id),
    CONSTRAINT uq_architecture_digest UNIQUE (digest),
    CONSTRAINT fk_architecture_text_id_text FOREIGN KEY(text_id) REFERENCES text (id)
);

CREATE INDEX ix_architecture_config_class ON architecture (config_class);

CREATE INDEX ix_architecture_name ON architecture (name);

CREATE INDEX ix_architecture_search_key ON architecture (search_key);

CREATE INDEX ix_architecture_text_id ON architecture (text_id);

CREATE TABLE architecture_document (
    architecture_id INTEGER NOT NULL,
    base_id INTEGER,
    body BYTEA NOT NULL,
    CONSTRAINT pk_architecture_document PRIMARY KEY (architecture_id),
    CONSTRAINT fk_architecture_document_architecture_id_architecture FOREIGN KEY(architecture_id) REFERENCES architecture (id) ON DELETE CASCADE,
    CONSTRAINT fk_architecture_document_base_id_architecture FOREIGN KEY(base_id) REFERENCES architecture (id)
);

CREATE INDEX ix_architecture_document_base_id ON architecture_document (base_id);

CREATE TABLE architecture_model_type (
    architecture_id INTEGER NOT NULL,
    model_type VARCHAR COLLATE "C" NOT NULL,
    CONSTRAINT pk_architecture_model_type PRIMARY KEY (architecture_id, model_type),
    CONSTRAINT fk_architecture_model_type_architecture_id_architecture FOREIGN KEY(architecture_id) REFERENCES architecture (id) ON DELETE CASCADE
);

CREATE INDEX ix_architecture_model_type_model_type ON architecture_model_type (model_type);

CREATE TABLE architecture_task (
    architecture_id INTEGER NOT NULL,
    task VARCHAR COLLATE "C" NOT NULL,
    CONSTRAINT pk_architecture_task PRIMARY KEY (architecture_id, task),
    CONSTRAINT fk_architecture_task_architecture_id_architecture FOREIGN KEY(architecture_id) REFERENCES architecture (id) ON DELETE CASCADE
);

CREATE TABLE benchmark_environment (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    body BYTEA NOT NULL,
    CONSTRAINT pk_benchmark_environment PRIMARY KEY (id),
    CONSTRAINT uq_benchmark_environment_digest UNIQUE (digest)
);

CREATE TABLE benchmark_file (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    name TEXT NOT NULL,
    imported_at VARCHAR NOT NULL,
    row_count INTEGER NOT NULL,
    CONSTRAINT pk_benchmark_file PRIMARY KEY (id),
    CONSTRAINT uq_benchmark_file_digest UNIQUE (digest)
);

CREATE TABLE benchmark_run (
    id INTEGER NOT NULL,
    name VARCHAR COLLATE "C" NOT NULL,
    environment_id INTEGER,
    CONSTRAINT pk_benchmark_run PRIMARY KEY (id),
    CONSTRAINT uq_benchmark_run_name UNIQUE (name),
    CONSTRAINT fk_benchmark_run_environment_id_benchmark_environment FOREIGN KEY(environment_id) REFERENCES benchmark_environment (id)
);

CREATE INDEX ix_benchmark_run_environment_id ON benchmark_run (environment_id);

CREATE TABLE definition (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    name VARCHAR COLLATE "C" NOT NULL,
    search_key VARCHAR COLLATE "C" NOT NULL,
    module VARCHAR COLLATE "C" NOT NULL,
    model_type VARCHAR COLLATE "C",
    text_id INTEGER,
    deprecated BOOLEAN NOT NULL,
    is_base BOOLEAN NOT NULL,
    CONSTRAINT pk_definition PRIMARY KEY (id),
    CONSTRAINT uq_definition_digest UNIQUE (digest),
    CONSTRAINT fk_definition_text_id_text FOREIGN KEY(text_id) REFERENCES text (id)
);

CREATE INDEX ix_definition_model_type ON definition (model_type);

CREATE INDEX ix_definition_name ON definition (name);

CREATE INDEX ix_definition_search_key ON definition (search_key);

CREATE INDEX ix_definition_text_id ON definition (text_id);

CREATE TABLE definition_document (
    definition_id INTEGER NOT NULL,
    base_id INTEGER,
    body BYTEA NOT NULL,
    CONSTRAINT pk_definition_document PRIMARY KEY (definition_id),
    CONSTRAINT fk_definition_document_definition_id_definition FOREIGN KEY(definition_id) REFERENCES definition (id) ON DELETE CASCADE,
    CONSTRAINT fk_definition_document_base_id_definition FOREIGN KEY(base_id) REFERENCES definition (id)
);

CREATE INDEX ix_definition_document_base_id ON definition_document (base_id);

CREATE TABLE definition_parameter (
    definition_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    position SMALLINT NOT NULL,
    parameter_id INTEGER NOT NULL,
    CONSTRAINT pk_definition_parameter PRIMARY KEY (definition_id, name_id, position),
    CONSTRAINT fk_definition_parameter_definition_id_definition FOREIGN KEY(definition_id) REFERENCES definition (id) ON DELETE CASCADE,
    CONSTRAINT fk_definition_parameter_name_id_parameter_name FOREIGN KEY(name_id) REFERENCES parameter_name (id),
    CONSTRAINT fk_definition_parameter_parameter_id_parameter FOREIGN KEY(parameter_id) REFERENCES parameter (id)
);

CREATE INDEX ix_definition_parameter_parameter_id ON definition_parameter (parameter_id);

CREATE TABLE definition_sub_config (
    definition_id INTEGER NOT NULL,
    name VARCHAR COLLATE "C" NOT NULL,
    config_class VARCHAR COLLATE "C",
    CONSTRAINT pk_definition_sub_config PRIMARY KEY (definition_id, name),
    CONSTRAINT fk_definition_sub_config_definition_id_definition FOREIGN KEY(definition_id) REFERENCES definition (id) ON DELETE CASCADE
);

CREATE TABLE facts_document (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    body BYTEA NOT NULL,
    CONSTRAINT pk_facts_document PRIMARY KEY (id),
    CONSTRAINT uq_facts_document_digest UNIQUE (digest)
);

CREATE TABLE failure (
    release_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    subject TEXT NOT NULL,
    stage VARCHAR NOT NULL,
    reason TEXT NOT NULL,
    CONSTRAINT pk_failure PRIMARY KEY (release_id, position),
    CONSTRAINT fk_failure_release_id_release FOREIGN KEY(release_id) REFERENCES release (id) ON DELETE CASCADE
);

CREATE TABLE measurement (
    run_id INTEGER NOT NULL,
    key VARCHAR COLLATE "C" NOT NULL,
    digest BYTEA NOT NULL,
    config_class VARCHAR COLLATE "C" NOT NULL,
    model_type VARCHAR COLLATE "C",
    architecture VARCHAR COLLATE "C" NOT NULL,
    scale VARCHAR NOT NULL,
    mode VARCHAR NOT NULL,
    device VARCHAR NOT NULL,
    dtype VARCHAR NOT NULL,
    attention VARCHAR,
    compile BOOLEAN NOT NULL,
    batch_size BIGINT NOT NULL,
    sequence_length BIGINT,
    status VARCHAR NOT NULL,
    release VARCHAR COLLATE "C",
    p50 FLOAT,
    parameters BIGINT,
    memory BIGINT,
    measured_at VARCHAR NOT NULL,
    environment_id INTEGER,
    body BYTEA NOT NULL,
    CONSTRAINT pk_measurement PRIMARY KEY (run_id, key),
    CONSTRAINT fk_measurement_run_id_benchmark_run FOREIGN KEY(run_id) REFERENCES benchmark_run (id) ON DELETE CASCADE,
    CONSTRAINT fk_measurement_environment_id_benchmark_environment FOREIGN KEY(environment_id) REFERENCES benchmark_environment (id)
);

CREATE INDEX ix_measurement_architecture ON measurement (architecture);

CREATE INDEX ix_measurement_config_class ON measurement (config_class);

CREATE INDEX ix_measurement_environment_id ON measurement (environment_id);

CREATE INDEX ix_measurement_model_type ON measurement (model_type);

CREATE TABLE meta (
    key VARCHAR NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_meta PRIMARY KEY (key)
);

CREATE TABLE model_facts (
    release_id INTEGER NOT NULL,
    config_class VARCHAR COLLATE "C" NOT NULL,
    architecture VARCHAR COLLATE "C" NOT NULL,
    base BOOLEAN NOT NULL,
    failure_kind VARCHAR,
    forward_mode VARCHAR,
    forward_failure_kind VARCHAR,
    parameters BIGINT,
    active_parameters BIGINT,
    flops BIGINT,
    torch VARCHAR NOT NULL,
    seconds FLOAT,
    facts_document_id INTEGER NOT NULL,
    summary_id INTEGER,
    CONSTRAINT pk_model_facts PRIMARY KEY (release_id, config_class, architecture),
    CONSTRAINT fk_model_facts_release_id_release FOREIGN KEY(release_id) REFERENCES release (id) ON DELETE CASCADE,
    CONSTRAINT fk_model_facts_facts_document_id_facts_document FOREIGN KEY(facts_document_id) REFERENCES facts_document (id),
    CONSTRAINT fk_model_facts_summary_id_facts_document FOREIGN KEY(summary_id) REFERENCES facts_document (id)
);

CREATE INDEX ix_model_facts_facts_document_id ON model_facts (facts_document_id);

CREATE INDEX ix_model_facts_summary_id ON model_facts (summary_id);

CREATE TABLE model_type (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    name VARCHAR COLLATE "C" NOT NULL,
    search_key VARCHAR COLLATE "C" NOT NULL,
    config_class VARCHAR COLLATE "C" NOT NULL,
    processors TEXT NOT NULL,
    text_id INTEGER,
    CONSTRAINT pk_model_type PRIMARY KEY (id),
    CONSTRAINT uq_model_type_digest UNIQUE (digest),
    CONSTRAINT fk_model_type_text_id_text FOREIGN KEY(text_id) REFERENCES text (id)
);

CREATE INDEX ix_model_type_config_class ON model_type (config_class);

CREATE INDEX ix_model_type_name ON model_type (name);

CREATE INDEX ix_model_type_search_key ON model_type (search_key);

CREATE INDEX ix_model_type_text_id ON model_type (text_id);

CREATE TABLE observation (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    constructs BOOLEAN NOT NULL,
    reason TEXT,
    CONSTRAINT pk_observation PRIMARY KEY (id),
    CONSTRAINT uq_observation_digest UNIQUE (digest)
);

CREATE TABLE observation_value (
    observation_id INTEGER NOT NULL,
    name_id INTEGER NOT NULL,
    value TEXT NOT NULL,
    CONSTRAINT pk_observation_value PRIMARY KEY (observation_id, name_id),
    CONSTRAINT fk_observation_value_observation_id_observation FOREIGN KEY(observation_id) REFERENCES observation (id) ON DELETE CASCADE,
    CONSTRAINT fk_observation_value_name_id_parameter_name FOREIGN KEY(name_id) REFERENCES parameter_name (id)
);

CREATE TABLE parameter (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    name_id INTEGER NOT NULL,
    annotation TEXT,
    type TEXT,
    declared_default TEXT,
    default_source TEXT,
    default_known BOOLEAN NOT NULL,
    required BOOLEAN NOT NULL,
    text_id INTEGER,
    inferred_from VARCHAR,
    documented_type TEXT,
    documented_default TEXT,
    documented_default_text TEXT,
    choices TEXT,
    choices_source VARCHAR,
    minimum FLOAT,
    maximum FLOAT,
    exclusive_minimum BOOLEAN NOT NULL,
    exclusive_maximum BOOLEAN NOT NULL,
    validators TEXT,
    inherited_from VARCHAR,
    CONSTRAINT pk_parameter PRIMARY KEY (id),
    CONSTRAINT uq_parameter_digest UNIQUE (digest),
    CONSTRAINT fk_parameter_name_id_parameter_name FOREIGN KEY(name_id) REFERENCES parameter_name (id),
    CONSTRAINT fk_parameter_text_id_text FOREIGN KEY(text_id) REFERENCES text (id)
);

CREATE INDEX ix_parameter_text_id ON parameter (text_id);

CREATE TABLE parameter_name (
    id INTEGER NOT NULL,
    name VARCHAR COLLATE "C" NOT NULL,
    search_key VARCHAR COLLATE "C" NOT NULL,
    CONSTRAINT pk_parameter_name PRIMARY KEY (id),
    CONSTRAINT uq_parameter_name_name UNIQUE (name)
);

CREATE INDEX ix_parameter_name_search_key ON parameter_name (search_key);

CREATE TABLE release (
    id INTEGER NOT NULL,
    version VARCHAR COLLATE "C" NOT NULL,
    extractor VARCHAR NOT NULL,
    fingerprint VARCHAR NOT NULL,
    released VARCHAR,
    environment TEXT NOT NULL,
    synced_at VARCHAR NOT NULL,
    seconds FLOAT NOT NULL,
    class_count INTEGER NOT NULL,
    parameter_count INTEGER NOT NULL,
    architecture_count INTEGER NOT NULL,
    failure_count INTEGER NOT NULL,
    CONSTRAINT pk_release PRIMARY KEY (id),
    CONSTRAINT uq_release_version UNIQUE (version)
);

CREATE TABLE release_architecture (
    release_id INTEGER NOT NULL,
    architecture_id INTEGER NOT NULL,
    CONSTRAINT pk_release_architecture PRIMARY KEY (release_id, architecture_id),
    CONSTRAINT fk_release_architecture_release_id_release FOREIGN KEY(release_id) REFERENCES release (id) ON DELETE CASCADE,
    CONSTRAINT fk_release_architecture_architecture_id_architecture FOREIGN KEY(architecture_id) REFERENCES architecture (id)
);

CREATE INDEX ix_release_architecture_architecture_id ON release_architecture (architecture_id);

CREATE TABLE release_class (
    release_id INTEGER NOT NULL,
    definition_id INTEGER NOT NULL,
    observation_id INTEGER,
    traits_id INTEGER,
    CONSTRAINT pk_release_class PRIMARY KEY (release_id, definition_id),
    CONSTRAINT fk_release_class_release_id_release FOREIGN KEY(release_id) REFERENCES release (id) ON DELETE CASCADE,
    CONSTRAINT fk_release_class_definition_id_definition FOREIGN KEY(definition_id) REFERENCES definition (id),
    CONSTRAINT fk_release_class_observation_id_observation FOREIGN KEY(observation_id) REFERENCES observation (id),
    CONSTRAINT fk_release_class_traits_id_traits FOREIGN KEY(traits_id) REFERENCES traits (id)
);

CREATE INDEX ix_release_class_definition_id ON release_class (definition_id);

CREATE INDEX ix_release_class_observation_id ON release_class (observation_id);

CREATE TABLE release_model_type (
    release_id INTEGER NOT NULL,
    model_type_id INTEGER NOT NULL,
    CONSTRAINT pk_release_model_type PRIMARY KEY (release_id, model_type_id),
    CONSTRAINT fk_release_model_type_release_id_release FOREIGN KEY(release_id) REFERENCES release (id) ON DELETE CASCADE,
    CONSTRAINT fk_release_model_type_model_type_id_model_type FOREIGN KEY(model_type_id) REFERENCES model_type (id)
);

CREATE INDEX ix_release_model_type_model_type_id ON release_model_type (model_type_id);

CREATE TABLE release_vocabulary (
    release_id INTEGER NOT NULL,
    vocabulary_id INTEGER NOT NULL,
    CONSTRAINT pk_release_vocabulary PRIMARY KEY (release_id, vocabulary_id),
    CONSTRAINT fk_release_vocabulary_release_id_release FOREIGN KEY(release_id) REFERENCES release (id) ON DELETE CASCADE,
    CONSTRAINT fk_release_vocabulary_vocabulary_id_vocabulary FOREIGN KEY(vocabulary_id) REFERENCES vocabulary (id)
);

CREATE INDEX ix_release_vocabulary_vocabulary_id ON release_vocabulary (vocabulary_id);

CREATE TABLE search_document (
    id INTEGER NOT NULL,
    words TSVECTOR NOT NULL,
    CONSTRAINT pk_search_document PRIMARY KEY (id)
);

CREATE INDEX ix_search_document_words ON search_document USING gin (words) WITH (fastupdate = off);

CREATE TABLE text (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    body TEXT NOT NULL,
    CONSTRAINT pk_text PRIMARY KEY (id),
    CONSTRAINT uq_text_digest UNIQUE (digest)
);

CREATE TABLE traits (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    modality VARCHAR,
    attention TEXT NOT NULL,
    CONSTRAINT pk_traits PRIMARY KEY (id),
    CONSTRAINT uq_traits_digest UNIQUE (digest)
);

CREATE TABLE vocabulary (
    id INTEGER NOT NULL,
    digest BYTEA NOT NULL,
    name VARCHAR COLLATE "C" NOT NULL,
    words TEXT NOT NULL,
    CONSTRAINT pk_vocabulary PRIMARY KEY (id),
    CONSTRAINT uq_vocabulary_digest UNIQUE (digest)
);
