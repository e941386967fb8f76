"""moto_server, whose CloudFormation also knows the types that it passes over: alarms, schedules, secrets.

A secret is made as it should be. The others do nothing here. They have names and ARNs, which other resources of the template refer to; what they
should be is asserted on the template. An update may refer to parameters that a stack has by default, as
the CDK's does. The server ends with its standard input, and so with whoever started it.
"""

import json
import os
import sys
import threading

from moto.cloudformation.models import CloudFormationBackend
from moto.core.common_models import CloudFormationModel
from moto.moto_api._internal import mock_random
from moto.secretsmanager.models import secretsmanager_backends
from moto.server import main


class Named:
    """A resource with a name and an ARN, and nothing behind them."""

    TYPE = ""
    ARN = ""

    def __init__(self, name, account_id, region_name):
        self.name = name
        self.arn = self.ARN.format(region=region_name, account=account_id, name=name)

    @property
    def physical_resource_id(self):
        return self.name

    @staticmethod
    def cloudformation_name_type():
        # No property gives the name: it is ours.
        return ""

    @classmethod
    def cloudformation_type(cls):
        return cls.TYPE

    @classmethod
    def has_cfn_attr(cls, attr):
        return attr == "Arn"

    def get_cfn_attribute(self, attribute_name):
        if attribute_name != "Arn":
            raise KeyError(attribute_name)
        return self.arn

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
    ):
        return cls(f"{resource_name}-{mock_random.get_random_hex(8)}", account_id, region_name)

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name, cloudformation_json, account_id, region_name
    ):
        pass


def create_generated_secret(
    cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
):
    """A real secret, with a value that nobody has seen; `Ref` gives its ARN."""
    backend = secretsmanager_backends[account_id][region_name]
    asked = cloudformation_json["Properties"]["GenerateSecretString"]
    password = backend.get_random_password(
        password_length=asked["PasswordLength"],
        exclude_characters="",
        exclude_numbers=False,
        exclude_punctuation=asked["ExcludePunctuation"],
        exclude_uppercase=False,
        exclude_lowercase=False,
        include_space=False,
        require_each_included_type=True,
    )
    secret = json.loads(
        backend.create_secret(
            name=f"{resource_name}-{mock_random.get_random_hex(8)}",
            secret_string=json.loads(password)["RandomPassword"],
            secret_binary=None,
            description=None,
            tags=None,
            kms_key_id=None,
            client_request_token=None,
            replica_regions=[],
            force_overwrite=False,
        )
    )
    return cls(secret["ARN"], account_id, region_name)


# moto finds direct subclasses of CloudFormationModel only.
def known(type_name, arn, **more):
    body = {k: v for k, v in vars(Named).items() if k not in ("__dict__", "__weakref__")}
    # moto takes the service from the second part of a module's name.
    own = {"TYPE": type_name, "ARN": arn, "__module__": "moto.emulator"}
    return type(type_name, (CloudFormationModel,), {**body, **own, **more})


MODELS = [
    known("AWS::CloudWatch::Alarm", "arn:aws:cloudwatch:{region}:{account}:alarm:{name}"),
    known("AWS::CloudWatch::CompositeAlarm", "arn:aws:cloudwatch:{region}:{account}:alarm:{name}"),
    known("AWS::Scheduler::ScheduleGroup", "arn:aws:scheduler:{region}:{account}:schedule-group/{name}"),
    known("AWS::Scheduler::Schedule", "arn:aws:scheduler:{region}:{account}:schedule/default/{name}"),
    known(
        "AWS::SecretsManager::Secret",
        "{name}",
        create_from_cloudformation_json=classmethod(create_generated_secret),
    ),
]


def update_parameters(_, instance, incoming_params):
    """moto's own knows no previous value of a parameter that was never given."""

    def previous(key):
        default = instance.template_dict["Parameters"][key].get("Default")
        return instance.parameters.get(key, default)

    return {
        each["ParameterKey"]: each.get("ParameterValue") or previous(each["ParameterKey"])
        for each in incoming_params
    }


CloudFormationBackend._resolve_update_parameters = update_parameters


def end_with_input():
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_input, daemon=True).start()
    main(sys.argv[1:])
