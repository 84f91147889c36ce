--
-- PostgreSQL database cluster dump
--

\restrict yZ60ktWNNgJ4mT3M9ImpbcpJXhWYNZ8BUyh3cRf6XCdKW8WhtYLcUoio7aOn3LY

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








\unrestrict yZ60ktWNNgJ4mT3M9ImpbcpJXhWYNZ8BUyh3cRf6XCdKW8WhtYLcUoio7aOn3LY

--
-- PostgreSQL database cluster dump complete
--

