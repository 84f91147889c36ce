--
-- PostgreSQL database cluster dump
--

\restrict S7YALO4sLaaia1YaQYeUZaYp636gCdBjLLHqgwDF97CYz1cQycwAlWd6z97m0x0

SET default_transaction_read_only = off;

SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;

--
-- Roles
--

CREATE ROLE postgres;
ALTER ROLE postgres WITH SUPERUSER INHERIT CREATEROLE CREATEDB LOGIN REPLICATION BYPASSRLS;

--
-- User Configurations
--








\unrestrict S7YALO4sLaaia1YaQYeUZaYp636gCdBjLLHqgwDF97CYz1cQycwAlWd6z97m0x0

--
-- PostgreSQL database cluster dump complete
--

