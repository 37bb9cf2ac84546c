"""The table of jobs."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes the table."""

    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.CreateModel(
            name="JobRow",
            fields=[
                ("number", models.BigAutoField(primary_key=True, serialize=False)),
                ("job_id", models.CharField(max_length=32, unique=True)),
                ("type", models.CharField(max_length=64)),
                ("session", models.CharField(max_length=64)),
                ("owner", models.CharField(max_length=64)),
                ("phase", models.CharField(max_length=16)),
                ("created", models.DateTimeField()),
                ("queued", models.DateTimeField(null=True)),
                ("started", models.DateTimeField(null=True)),
                ("ended", models.DateTimeField(null=True)),
                ("destruction", models.DateTimeField(db_index=True)),
                ("execution_duration", models.IntegerField()),
                ("parameters", models.JSONField()),
                ("run_id", models.CharField(max_length=64)),
                ("results", models.JSONField()),
                ("error", models.JSONField(null=True)),
                ("attempts", models.IntegerField()),
                ("version", models.IntegerField()),
            ],
            options={
                "db_table": "jobs",
                "indexes": [
                    models.Index(fields=["session", "type"], name="jobs_session"),
                    models.Index(fields=["owner"], name="jobs_owner"),
                    models.Index(fields=["phase", "queued"], name="jobs_phase"),
                ],
            },
        ),
    ]
