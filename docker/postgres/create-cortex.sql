-- Run once, by the superuser, when the data volume is empty. The role of Cortex is none: the extension must be there before.
\getenv password CORTEX_ROLE_PASSWORD
CREATE ROLE cortex LOGIN PASSWORD :'password';
CREATE DATABASE cortex OWNER cortex;
\connect cortex
CREATE EXTENSION vector;
